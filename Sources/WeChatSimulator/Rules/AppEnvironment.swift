/// Which version of the mini-program a code or a link opens.
enum AppEnvironment: String, Sendable {
    case release, trial, develop

    /// Reads WeChat's `env_version`, which may be absent.
    init?(name: String?) {
        self.init(rawValue: name ?? Self.release.rawValue)
    }
}
