internal import Logging
internal import WeChat

/// Tells operators what happens to the access_token of one app; never the token. Of one keeper.
final class AccessTokenLog {
    private let app: App
    private let environment: AccessTokenEnvironment
    private var isFailing = false
    private var isStoreFailing = false

    private var logger: Logger { environment.logger }

    init(app: App, _ environment: AccessTokenEnvironment) {
        self.app = app
        self.environment = environment
    }

    /// Logs what happened, and passes it on to be counted.
    ///
    /// - Parameter current: the token after it happened.
    func tell(_ event: AccessTokenEvent, current: KeptAccessToken?, now: Int64) {
        switch event {
        case .fetched(let fetch, let isNew): fetched(fetch, isNew: isNew, current, now: now)
        case .fetchFailed(_, let error):
            if error != .cancelled { isFailing = true }
            environment.failures.log(error, of: api, app: app)
        case .diedEarly(let kept, let refusal): diedEarly(kept, refusal, now: now)
        case .aliveAfterAll(let user):
            log(.debug, "an access_token was called dead, and WeChat takes it", ["by": "\(user)"])
        case .budgetSpent(let until):
            log(
                .error,
                "the access_token is dead, and no more forced refreshes are allowed now",
                ["retry_after": "\(max(0, until - now) / 1000)"]
            )
        }
        environment.onEvent(app.id, event)
    }

    /// The store did not say which token was kept; it is asked again and again.
    func loadFailed() {
        if isStoreFailing { return }
        isStoreFailing = true
        log(.warning, "the stored access_token was not read: the store does not answer", [:])
    }

    private func fetched(_ fetch: AccessTokenFetch, isNew: Bool, _ current: KeptAccessToken?, now: Int64) {
        let members: Logger.Metadata = [
            "reason": "\(fetch.reason)", "forced": "\(fetch.isForced)",
            "expires_in": "\(current?.secondsLeft(now: now) ?? 0)",
        ]
        if isNew {
            log(.info, "new access_token", members)
        } else {
            log(.debug, "WeChat hands out the same access_token still", members)
        }
        if isFailing { log(.notice, "access_tokens are handed out again", [:]) }
        isFailing = false
    }

    private func diedEarly(_ kept: KeptAccessToken, _ refusal: WeChatRefusal?, now: Int64) {
        var members: Logger.Metadata = ["likely_cause": "\(likelyCause(of: kept.mode))"]
        members["expires_in"] = "\(kept.secondsLeft(now: now))"
        if let refusal {
            members["error"] = "\(refusal)"
            if let rid = refusal.rid { members["rid"] = "\(rid)" }
        }
        log(.warning, "an access_token died before its end", members)
    }

    private func likelyCause(of mode: AccessTokenMode) -> String {
        switch mode {
        case .legacy:
            "something else fetches the legacy access_token of this app (/cgi-bin/token ends the previous one)"
        case .stable:
            "something else forced a refresh of it, or the app secret was reset"
        }
    }

    private var api: String {
        switch environment.policy.mode {
        case .stable: "stable_token"
        case .legacy: "token"
        }
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ members: Logger.Metadata) {
        logger.log(level: level, message, metadata: members.merging(["appid": "\(app.id)"]) { $1 })
    }
}
