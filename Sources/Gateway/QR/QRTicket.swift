internal import HTTP

/// One web login as a store keeps it.
public struct QRTicket: Equatable, Sendable {
    /// How the scene gets to the phone.
    public enum Via: String, CaseIterable, Sendable {
        /// By the picture of a mini-program code.
        case code
        /// By a link that is opened on the phone itself.
        case link
    }

    /// What is known of the browser that asked, as far as it may be believed; shown to the phone before it confirms.
    public struct Asker: Equatable, Sendable {
        /// The name of the page: a listed origin or a configured name, never what a Host field says.
        public var site: String?
        /// The client's address; nil when none can be believed.
        public var address: String?
        /// Its User-Agent, cut.
        public var userAgent: String?
    }

    /// Its public name.
    public let id: QRTicketID
    /// The app whose mini-program confirms.
    public let appID: String
    /// How the scene gets to the phone.
    public let via: Via
    /// What the phone scans.
    public let scene: QRScene
    /// The digest of the browser's secret.
    public let secret: TokenDigest
    /// Who asked.
    public let asker: Asker
    /// Unix milliseconds.
    public let createdAt: Int64
    /// Its life.
    public var life: QRTicketStateMachine
}
