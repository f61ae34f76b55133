internal import UV
internal import WeChat

/// The access_tokens of all apps, each with its keeper. Any thread.
final class AccessTokens: AccessTokenSource {
    private let store: any AccessTokenStore

    init(store: any AccessTokenStore) {
        self.store = store
    }

    /// Makes a call with the app's token; once more, with what is current then, when WeChat says that the token is dead.
    ///
    /// - Parameter weChat: the client of the loop that calls.
    /// - Throws: the call's error or the fetch's; `.cancelled` when the request hung up meanwhile.
    func withToken<Value>(
        of app: WeChatApp,
        through weChat: WeChatClient,
        _ call: (AccessToken) async throws(WeChatError) -> Value
    ) async throws(WeChatError) -> Value {
        throw .cancelled
    }

    func handOut(of app: App, on loop: EventLoop) async throws(AccessTokenUnavailable) -> KeptAccessToken {
        throw AccessTokenUnavailable(error: .cancelled, retryAfterSeconds: 1)
    }

    func report(
        _ token: AccessToken?,
        of app: App,
        on loop: EventLoop
    ) async throws(AccessTokenUnavailable) -> AccessTokenReport {
        throw AccessTokenUnavailable(error: .cancelled, retryAfterSeconds: 1)
    }

    func trouble(of app: App) -> String? { nil }
}
