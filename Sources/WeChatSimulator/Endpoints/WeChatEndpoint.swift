/// The endpoints of WeChat that the simulator serves. Each has a file of its own name beside this one.
enum WeChatEndpoint: CaseIterable, Sendable {
    case code2Session
    /// Any other path outside of the control API.
    case unknown

    init(path: String) {
        switch path {
        case "/sns/jscode2session": self = .code2Session
        default: self = .unknown
        }
    }

    /// The name in the counters: the path.
    var name: String {
        switch self {
        case .code2Session: "/sns/jscode2session"
        case .unknown: "other"
        }
    }

    /// The Content-Type of the endpoint's JSON (facts sheet 0): code2Session calls it plain text, and the other families
    /// write `encoding` where the standard says `charset`.
    var contentType: String {
        switch self {
        case .code2Session: "text/plain"
        case .unknown: "application/json; encoding=utf-8"
        }
    }
}
