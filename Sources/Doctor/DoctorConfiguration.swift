public import WeChat

/// What the doctor asks with: a part of the gateway's configuration.
public struct DoctorConfiguration: Sendable {
    /// Which kind of access_token the gateway uses.
    public enum TokenMode: Sendable {
        /// Of `/cgi-bin/stable_token`.
        case stable
        /// Of `/cgi-bin/token`, each of which ends the one before.
        case legacy
    }

    /// One app, and what only the doctor wants to know of it.
    public struct App: Sendable {
        /// Its id and secret.
        public var weChat: WeChatApp
        /// The page that a web login opens.
        public var qrPage: String

        /// Puts the two together.
        public init(weChat: WeChatApp, qrPage: String) {
            self.weChat = weChat
            self.qrPage = qrPage
        }
    }

    /// In order of preference, at least one; without a `/` at the end.
    public var bases: [String]
    /// The file of the authorities to trust; nil for the system's.
    public var caFile: String?
    /// Milliseconds for one call.
    public var timeoutMilliseconds: UInt64 = 3000
    /// Checked in turn.
    public var apps: [App]
    /// Which kind of access_token the gateway uses.
    public var tokenMode = TokenMode.stable
    /// The version of the mini-program that a web login opens.
    public var qrEnvironment = UnlimitedCodeParameters.Environment.release

    /// Takes what has no default.
    public init(bases: [String], apps: [App]) {
        self.bases = bases
        self.apps = apps
    }
}
