/// What the rules of an endpoint say about a call.
enum WeChatOutcome<Grant: Equatable & Sendable>: Equatable, Sendable {
    case granted(Grant)
    case refused(WeChatFailure)
    /// The layer in front refuses a POST of unknown length.
    case preconditionFailed
}
