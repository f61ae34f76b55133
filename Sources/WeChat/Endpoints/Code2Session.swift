extension WeChatClient {
    /// Exchanges a login code for its user (`GET /sns/jscode2session`). On the loop; needs no access_token.
    ///
    /// A code is good for one exchange: see `CallPlan` for the little that is repeated. After `.timeout` and
    /// `.connection` nobody knows whether WeChat has used the code up.
    public func code2Session(app: WeChatApp, code: LoginCode) async throws(WeChatError) -> WeChatSession {
        try await value { onEnd in Code2SessionCall(code, app.code2SessionQuery, of: self, onEnd: onEnd) }
    }

    /// The same without a task, on the way of every login. On the loop.
    ///
    /// - Parameter onEnd: gets the result on the loop, once: it ends with WeChat's answer, the time-out or ``close()``.
    public func startCode2Session(
        app: WeChatApp,
        code: LoginCode,
        onEnd: @escaping (Result<WeChatSession, WeChatError>) -> Void
    ) {
        Code2SessionCall(code, app.code2SessionQuery, of: self, onEnd: onEnd).start()
    }
}
