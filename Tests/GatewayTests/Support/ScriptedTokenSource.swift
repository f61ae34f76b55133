import Synchronization
import UV
import WeChat

@testable import Gateway

/// A source of access_tokens that answers as the test says and remembers what it was asked.
final class ScriptedTokenSource: AccessTokenSource {
    private struct State {
        var handOut: Result<KeptAccessToken, AccessTokenUnavailable>
        var report: Result<AccessTokenReport, AccessTokenUnavailable>
        var troubles: [String: String] = [:]
        var calls: [String] = []
    }

    private let state: Mutex<State>

    /// Nothing is there at first.
    init() {
        let nothing = AccessTokenUnavailable(error: .timeout, retryAfterSeconds: 7)
        state = Mutex(State(handOut: .failure(nothing), report: .failure(nothing)))
    }

    /// What it was asked, in order: `get wx…`, `report wx… token`, with `current` for none.
    var calls: [String] { state.withLock { $0.calls } }

    func handsOut(_ token: KeptAccessToken) { state.withLock { $0.handOut = .success(token) } }

    func reports(_ report: AccessTokenReport) { state.withLock { $0.report = .success(report) } }

    /// Both calls fail so.
    func fails(_ error: WeChatError, retryAfterSeconds: Int = 7) {
        let unavailable = AccessTokenUnavailable(error: error, retryAfterSeconds: retryAfterSeconds)
        state.withLock {
            $0.handOut = .failure(unavailable)
            $0.report = .failure(unavailable)
        }
    }

    func isTroubled(_ appID: String, _ text: String?) { state.withLock { $0.troubles[appID] = text } }

    func handOut(of app: App, on loop: EventLoop) async throws(AccessTokenUnavailable) -> KeptAccessToken {
        try state.withLock { state in
            state.calls.append("get \(app.id)")
            return state.handOut
        }.get()
    }

    func report(
        _ token: AccessToken?,
        of app: App,
        on loop: EventLoop
    ) async throws(AccessTokenUnavailable) -> AccessTokenReport {
        try state.withLock { state in
            state.calls.append("report \(app.id) \(token?.string ?? "current")")
            return state.report
        }.get()
    }

    func trouble(of app: App) -> String? { state.withLock { $0.troubles[app.id] } }
}
