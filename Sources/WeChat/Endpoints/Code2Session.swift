import HTTP
import HTTPClient

extension WeChatClient {
    /// Exchanges a login code for its user (`GET /sns/jscode2session`). On the loop; needs no access_token.
    ///
    /// A code is good for one exchange: see `CallPlan` for the little that is repeated. After `.timeout` and
    /// `.connection` nobody knows whether WeChat has used the code up.
    public func code2Session(app: WeChatApp, code: LoginCode) async throws(WeChatError) -> WeChatSession {
        let request = code2SessionRequest(app: app, code: code)
        return try await get(.jscode2session, app: app.id, request.target, parse: request.parse)
    }

    /// The same without a task, on the way of every login. On the loop.
    ///
    /// - Parameter onEnd: gets the result on the loop, once: it ends with WeChat's answer, the time-out or ``close()``.
    public func startCode2Session(
        app: WeChatApp,
        code: LoginCode,
        onEnd: @escaping (Result<WeChatSession, WeChatError>) -> Void
    ) {
        WeChatCall(code2SessionRequest(app: app, code: code), of: self, onEnd: onEnd).start()
    }

    private func code2SessionRequest(app: WeChatApp, code: LoginCode) -> WeChatCall<WeChatSession>.Request {
        // Neither an AppID nor a LoginCode contains anything that would need escaping.
        var target = app.code2SessionQuery.text
        target.reserveCapacity(target.utf8.count + code.string.utf8.count + 30)
        target += code.string
        target += "&grant_type=authorization_code"
        return WeChatCall.Request(
            endpoint: .jscode2session,
            app: app.id,
            target: target,
            replyBytesMax: WeChatClient.replyBytesMax,
            retriesBusy: true
        ) { response throws(WeChatError) in
            try Code2SessionReply.parse(status: response.status, body: response.body)
        }
    }
}
