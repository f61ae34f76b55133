internal import HTTPServer
internal import Logging
internal import Synchronization
internal import WeChat

/// Logs failed calls of WeChat so that an outage is one line now and then, not one a request. Any thread.
final class WeChatFailureLog: Sendable {
    /// Milliseconds between two lines of one kind for one call and app (contract section 2: once a minute).
    private static let pauseMilliseconds: Int64 = 60_000

    private struct Kind: Hashable {
        let appID: String
        let api: String
        let name: String
    }

    private let logger: Logger
    private let clock: WallClock
    private let lastLogged = Mutex<[Kind: Int64]>([:])

    init(logger: Logger, clock: WallClock) {
        self.logger = logger
        self.clock = clock
    }

    /// Logs a failure: what an operator must act on as error, an upstream's trouble as warning, a client's as debug.
    ///
    /// - Parameters:
    ///   - request: nil: the gateway's own work.
    ///   - advice: what an operator needs to know to act; nothing secret.
    func log(
        _ error: WeChatError,
        of api: String,
        app: App,
        _ request: RequestLog? = nil,
        advice: Logger.Metadata = [:]
    ) {
        let level: Logger.Level =
            switch error {
            case .misconfigured: .error
            case .invalidCode, .codeUsed, .userBlocked, .cancelled: .debug
            default: .warning
            }
        guard logger.logLevel <= level else { return }
        if level != .debug, !isDue(Kind(appID: app.id, api: api, name: WeChatFailureLog.name(of: error))) { return }
        var metadata = advice.merging(request?.metadata ?? [:]) { $1 }
        metadata["appid"] = "\(app.id)"
        metadata["api"] = "\(api)"
        metadata["error"] = "\(error)"
        if let rid = error.refusal?.rid { metadata["rid"] = "\(rid)" }
        logger.log(level: level, "call of WeChat failed", metadata: metadata)
    }

    /// Kinds are few: one an app and error case, errcodes for what an operator must act on.
    static func name(of error: WeChatError) -> String {
        switch error {
        case .misconfigured(let refusal): "misconfigured \(refusal.errcode)"
        case .busy: "busy"
        case .rateLimited: "rate limited"
        case .timeout: "timeout"
        case .connection: "connection"
        case .overloaded: "overloaded"
        case .invalidAccessToken: "invalid access_token"
        case .unexpectedErrcode: "unexpected errcode"
        default: "reply"
        }
    }

    private func isDue(_ kind: Kind) -> Bool {
        let now = clock.milliseconds
        return lastLogged.withLock { lastLogged in
            if let last = lastLogged[kind], now - last < WeChatFailureLog.pauseMilliseconds, now >= last {
                return false
            }
            lastLogged[kind] = now
            return true
        }
    }
}
