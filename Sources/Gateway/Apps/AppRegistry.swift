/// The configured apps.
public struct AppRegistry: Sendable {
    /// In the order of the configuration.
    let all: [App]
    private let apps: [String: App]
    private let only: App?

    /// Takes apps with distinct appids.
    public init(_ apps: [App]) {
        all = apps
        self.apps = Dictionary(apps.map { ($0.id, $0) }) { first, _ in first }
        only = apps.count == 1 ? apps.first : nil
    }

    /// The app that a request means; without an appid the only one there is.
    ///
    /// - Throws: `unknownApp`.
    func app(named id: String?) throws(GatewayError) -> App {
        guard let id else {
            guard let only else { throw .unknownApp("Several apps are configured: appid is required.") }
            return only
        }
        guard let app = apps[id] else { throw .unknownApp("This appid is not configured.") }
        return app
    }
}
