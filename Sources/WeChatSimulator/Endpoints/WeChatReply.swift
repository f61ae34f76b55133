/// What a simulated endpoint answers, before faults are done to it.
struct WeChatReply: Equatable, Sendable {
    var status: UInt16 = 200
    /// Absent on the bare refusals of the layer in front.
    var contentType: String?
    var body: [UInt8]

    /// What the layer in front says to a POST without Content-Length: status 412 and nothing else.
    static let preconditionFailed = WeChatReply(status: 412, contentType: nil, body: [])
}

/// What becomes of a request: the value that decides, for the responder to carry out.
struct ReplyPlan: Equatable, Sendable {
    enum Delivery: Equatable, Sendable {
        case send(WeChatReply)
        /// Promise keep-alive, send, close.
        case sendThenClose(WeChatReply)
        /// Promise the whole length, send half, close.
        case sendHalf(WeChatReply)
        case drip(WeChatReply, bytes: Int, everyMilliseconds: UInt64)
        case hang
        case reset
        case close
    }

    /// How long the reply is held back.
    var delayMilliseconds: UInt64 = 0
    var delivery: Delivery
}
