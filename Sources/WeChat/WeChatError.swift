/// Why a call of WeChat's API gave no result.
///
/// The cases are what a caller does about it; the numbers are in `refusal`. New errcodes are mapped in `refused(_:)`.
public enum WeChatError: Error, Equatable, Sendable {
    /// -1: WeChat is busy; the only refusal after which the same call may succeed at once.
    case busy(WeChatRefusal)
    /// 40029, 41008: the code is wrong, expired or another app's; the client calls wx.login again.
    case invalidCode(WeChatRefusal)
    /// 40163: the code was exchanged before.
    case codeUsed(WeChatRefusal)
    /// 40226: WeChat takes this user for a high risk and will not log him in.
    case userBlocked(WeChatRefusal)
    /// 44990 (of a second), 44991 and 45011 (of a minute), 44993 and 45009 (of a day): too many calls.
    case rateLimited(WeChatRefusal)
    /// The app's settings here or in WeChat's console are wrong, or its account is limited: an operator must act.
    case misconfigured(WeChatRefusal)
    /// 40001, 40014, 42001: the access_token is dead; the same call may succeed with a new one.
    case invalidAccessToken(WeChatRefusal)
    /// An errcode that this API is not known to give.
    case unexpectedErrcode(WeChatRefusal)
    /// The reply is not what the API promises; the reason never quotes it, because it may contain a session_key.
    case invalidReply(reason: String)
    /// No connection, or one that was lost before the reply was complete.
    case connection(reason: String)
    /// No complete reply in time.
    case timeout
    /// Too many calls of ours wait already; this one was not made.
    case overloaded
    /// The caller went away before there was a result.
    case cancelled

    /// What an errcode other than 0 means (pages of the calls and the global list of return codes).
    public static func refused(_ refusal: WeChatRefusal) -> WeChatError {
        switch refusal.errcode {
        case -1: .busy(refusal)
        case 40029, 41008: .invalidCode(refusal)
        case 40163: .codeUsed(refusal)
        case 40226: .userBlocked(refusal)
        case 44990, 44991, 44993, 45009, 45011: .rateLimited(refusal)
        case 40001, 40014, 42001: .invalidAccessToken(refusal)
        case 40013, 40125, 40164, 40243, 41002, 41004, 41030, 48001, 50002, 89500...89599: .misconfigured(refusal)
        // Of codes and links: page, permission, release, a clock that is minutes off (85401), version, ban.
        case 40165, 45063, 85079, 85401, 85402, 85407, 85408: .misconfigured(refusal)
        default: .unexpectedErrcode(refusal)
        }
    }

    /// WeChat's own words, if it was WeChat that refused.
    public var refusal: WeChatRefusal? {
        switch self {
        case .busy(let refusal), .invalidCode(let refusal), .codeUsed(let refusal), .userBlocked(let refusal),
            .rateLimited(let refusal), .misconfigured(let refusal), .invalidAccessToken(let refusal),
            .unexpectedErrcode(let refusal):
            refusal
        case .invalidReply, .connection, .timeout, .overloaded, .cancelled: nil
        }
    }

    /// Whether the same call may be made again: a refusal that surely did not use up a single-use code.
    public var isRetryable: Bool {
        if case .busy = self { true } else { false }
    }
}

extension WeChatError: CustomStringConvertible {
    /// One line for a log, without anything secret.
    public var description: String {
        switch self {
        case .busy(let refusal): "WeChat is busy: \(refusal)"
        case .invalidCode(let refusal): "the code is not valid: \(refusal)"
        case .codeUsed(let refusal): "the code was used before: \(refusal)"
        case .userBlocked(let refusal): "WeChat blocks the user: \(refusal)"
        case .rateLimited(let refusal): "WeChat limits the rate: \(refusal)"
        case .misconfigured(let refusal): "the app is misconfigured: \(refusal)"
        case .invalidAccessToken(let refusal): "the access_token is dead: \(refusal)"
        case .unexpectedErrcode(let refusal): "unexpected errcode: \(refusal)"
        case .invalidReply(let reason): "WeChat's reply is invalid: \(reason)"
        case .connection(let reason): "no connection to WeChat: \(reason)"
        case .timeout: "WeChat did not reply in time"
        case .overloaded: "too many calls of WeChat wait already"
        case .cancelled: "the call was cancelled"
        }
    }
}
