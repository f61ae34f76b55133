import HTTPClient

/// The exchange of one login code.
final class Code2SessionCall: WeChatCall {
    private let query: Code2SessionQuery
    private let code: LoginCode
    private var onEnd: ((Result<WeChatSession, WeChatError>) -> Void)?

    /// - Parameter onEnd: gets the result on the loop, once, never after ``cancel()``.
    init(
        _ code: LoginCode,
        _ query: Code2SessionQuery,
        of client: WeChatClient,
        onEnd: @escaping (Result<WeChatSession, WeChatError>) -> Void
    ) {
        self.code = code
        self.query = query
        self.onEnd = onEnd
        super.init(.jscode2session, of: client, retriesBusy: true)
    }

    override var app: AppID? { query.app }

    override func url(at origin: ClientOrigin) -> SecretURL {
        // A LoginCode contains nothing that would need escaping.
        SecretURL(origin, query.template, value: code.string)
    }

    override func take(_ head: ClientResponseHead, _ body: Span<UInt8>) throws(WeChatError) {
        let session = try Code2SessionReply.parse(status: head.status, body: body)
        succeed()
        onEnd.take()?(.success(session))
    }

    override func tell(_ error: WeChatError) { onEnd.take()?(.failure(error)) }

    override func cancel() {
        onEnd = nil
        super.cancel()
    }
}
