/// What somebody who asked for an access_token got.
public enum AccessTokenAnswer: Equatable, Sendable {
    /// A token, and whole seconds until its natural end.
    case granted(token: String, expiresIn: Int)
    /// WeChat's errcode.
    case refused(errcode: Int)
}

extension AccessTokenAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The time or the errcode; never the token.
    public var description: String {
        switch self {
        case .granted(_, let expiresIn): "granted for \(expiresIn) s"
        case .refused(let errcode): "refused with \(errcode)"
        }
    }
    /// The time or the errcode; never the token.
    public var debugDescription: String { description }
    /// Empty, so that a dump does not show the token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
