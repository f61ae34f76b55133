/// What a simulator is started with.
public struct SimulatorConfiguration: Sendable {
    /// The apps that exist from the start; the first is the one that the control API means when none is named.
    public var apps: [SimulatedApp]
    /// Accept each code and derive the user from it, without keeping state. For load tests only: nothing is one-time.
    public var acceptsAnyCode: Bool
    /// The delay of replies as long as no fault plan sets another.
    public var latency: Latency
    /// Makes identifiers and dice repeat themselves; absent for a different run each time.
    public var seed: UInt64?
    /// Where the simulated phone finds its server.
    public var gateway: GatewayURL

    /// Makes a configuration; without arguments, one strict app (`DefaultApp`) and no latency.
    public init(
        apps: [SimulatedApp] = [SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)],
        acceptsAnyCode: Bool = false,
        latency: Latency = .none,
        seed: UInt64? = nil,
        gateway: GatewayURL = .default
    ) {
        self.apps = apps
        self.acceptsAnyCode = acceptsAnyCode
        self.latency = latency
        self.seed = seed
        self.gateway = gateway
    }
}
