/// How long sessions live and how many a user may have.
public struct SessionPolicy: Sendable {
    /// Seconds for which a token is good.
    public var lifetime: Int64 = 604_800
    /// Seconds after the login from which a session is not refreshed any more.
    public var maxAge: Int64 = 2_592_000
    /// Live sessions of one user in each channel; 0: no limit.
    public var limits: [SessionChannel: Int] = [.mini: 1, .web: 1]

    /// The defaults of the contract.
    public init() {}

    /// The limit of a channel.
    func limit(of channel: SessionChannel) -> Int { limits[channel] ?? 1 }
}
