import HTTPClient

/// A call for whose value a task waits.
final class WaitedCall<Value>: WeChatCall {
    /// What is called, for whom and how.
    struct Request {
        let endpoint: WeChatEndpoint
        let app: AppID?
        /// Path and query, with everything escaped. Secret.
        let target: String
        /// Of a POST; it says its length, or WeChat would answer 412.
        var body: [UInt8]?
        let replyBytesMax: Int
        /// As `CallPlan` takes it.
        let retriesBusy: Bool
        /// What the reply says.
        let parse: (ClientResponse) throws(WeChatError) -> Value
    }

    private let asked: Request
    private var onEnd: ((Result<Value, WeChatError>) -> Void)?

    /// - Parameter onEnd: gets the result on the loop, once, never after ``cancel()``.
    init(_ request: Request, of client: WeChatClient, onEnd: @escaping (Result<Value, WeChatError>) -> Void) {
        asked = request
        self.onEnd = onEnd
        super.init(request.endpoint, of: client, retriesBusy: request.retriesBusy)
    }

    override var app: AppID? { asked.app }

    override var body: [UInt8]? { asked.body }
    override var replyBytesMax: Int { asked.replyBytesMax }

    override func url(at origin: ClientOrigin) -> SecretURL { SecretURL(origin, target: asked.target) }

    override func take(_ head: ClientResponseHead, _ body: Span<UInt8>) throws(WeChatError) {
        let value = try asked.parse(ClientResponse(head, body: body))
        succeed()
        onEnd.take()?(.success(value))
    }

    override func tell(_ error: WeChatError) { onEnd.take()?(.failure(error)) }

    override func cancel() {
        onEnd = nil
        super.cancel()
    }
}
