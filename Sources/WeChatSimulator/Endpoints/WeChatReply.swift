/// What a simulated endpoint answers, before faults are done to it.
struct WeChatReply: Equatable, Sendable {
    var status: UInt16 = 200
    /// Absent on the bare refusals of the layer in front.
    var contentType: String?
    var body: [UInt8]
    /// The body as a code that is still to be drawn.
    var picture: WXACode?

    /// The same, drawn.
    func drawn() -> WeChatReply {
        guard let picture else { return self }
        return WeChatReply(status: status, contentType: contentType, body: WXACodePicture.bytes(of: picture))
    }

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

    /// The same with its picture drawn, which is too slow a thing for a locked state.
    func drawn() -> ReplyPlan {
        ReplyPlan(delayMilliseconds: delayMilliseconds, delivery: delivery.drawn())
    }
}

extension ReplyPlan.Delivery {
    fileprivate func drawn() -> Self {
        switch self {
        case .send(let reply): .send(reply.drawn())
        case .sendThenClose(let reply): .sendThenClose(reply.drawn())
        case .sendHalf(let reply): .sendHalf(reply.drawn())
        case .drip(let reply, let bytes, let every): .drip(reply.drawn(), bytes: bytes, everyMilliseconds: every)
        case .hang, .reset, .close: self
        }
    }
}
