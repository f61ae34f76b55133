internal import Logging

/// What all keepers of a gateway share. Any thread.
struct AccessTokenEnvironment: Sendable {
    /// Connections that a keeper's client keeps: it makes one call at a time, and there are rarely more than two bases.
    private static let connectionsMax = 2
    /// Milliseconds that a stop waits for the store after WeChat has answered: as long as a store lets anybody wait.
    private static let saveMilliseconds: UInt64 = 5_000

    let policy: AccessTokenPolicy
    let upstream: UpstreamConfiguration
    let store: any AccessTokenStore
    /// Newest first, as for every record.
    let dataKeys: [DataKey]
    let clock: WallClock
    let failures: WeChatFailureLog
    let logger: Logger
    /// Told of what happens to the token of an appid, on the loop of its keeper; must not wait.
    var onEvent: @Sendable (String, AccessTokenEvent) -> Void = { _, _ in }

    /// How WeChat is reached by a client of one keeper.
    var ownUpstream: UpstreamConfiguration {
        var own = upstream
        own.connectionsMax = Self.connectionsMax
        own.inflightMax = Self.connectionsMax
        return own
    }

    /// The bound of a keeper's stop: a call of WeChat, and a save of what it brought.
    var stopMilliseconds: UInt64 { upstream.timeoutMilliseconds + Self.saveMilliseconds }
}
