internal import Logging
internal import UV
internal import WeChat

/// What all pools of a gateway share. Any thread.
struct QRCodeEnvironment: Sendable {
    /// Links that are made at once for one app. WeChat makes 100 a second, and this many calls of 200 ms are more.
    static let linksMax = 32
    /// How long a link opens the page, in seconds: longer than any ticket with a link is scanned, and well above WeChat's
    /// minimum of a minute by clocks that differ.
    static let linkSeconds: Int64 = 180

    let policy: QRPolicy
    let upstream: UpstreamConfiguration
    let accessTokens: AccessTokens
    let clock: WallClock
    let failures: WeChatFailureLog
    let logger: Logger
    /// Told of every request to WeChat.
    var observer: (any WeChatCallObserver)?
    /// Milliseconds between two looks at the clock while something waits for a time.
    var clockLookMilliseconds: Int64 = 1_000

    /// How WeChat is reached by a client of one pool: codes and links have a place each, so that neither waits for the
    /// other, and none waits for logins.
    var ownUpstream: UpstreamConfiguration {
        var own = upstream
        own.connectionsMax = QRCodePoolStateMachine<LoopWaiter<QRCodeAnswer>>.inFlightMax + Self.linksMax
        own.inflightMax = own.connectionsMax
        return own
    }

    /// The mini-program's page that a scan in this app opens.
    func page(of app: App) -> String { app.qrPage ?? policy.page }
}
