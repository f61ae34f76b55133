/// Told of every request that a `WeChatClient` sends, repeats and other bases included.
public protocol WeChatCallObserver: AnyObject, Sendable {
    /// A request has ended. On the client's loop, between a user and his login: cheap, and never waits.
    ///
    /// - Parameters:
    ///   - app: whose call it is; nil: the caller did not say.
    ///   - milliseconds: by the loop's clock, the wait for a free connection included.
    func ended(_ endpoint: WeChatEndpoint, app: AppID?, outcome: WeChatCallOutcome, milliseconds: UInt64)
}

/// What one request of WeChat's API came to.
public enum WeChatCallOutcome: Equatable, Sendable {
    case success
    /// An errcode other than 0.
    case refused(errcode: Int)
    case timeout
    case connection
    case invalidReply
    /// Too many calls of ours wait already; nothing was sent.
    case overloaded
    case cancelled

    init(_ error: WeChatError) {
        self =
            switch error {
            case .busy(let refusal), .invalidCode(let refusal), .codeUsed(let refusal), .userBlocked(let refusal),
                .rateLimited(let refusal), .misconfigured(let refusal), .invalidAccessToken(let refusal),
                .unexpectedErrcode(let refusal):
                .refused(errcode: refusal.errcode)
            case .invalidReply: .invalidReply
            case .connection: .connection
            case .timeout: .timeout
            case .overloaded: .overloaded
            case .cancelled: .cancelled
            }
    }
}
