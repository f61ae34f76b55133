internal import HTTPServer
internal import WeChat

/// An error as WeChat's token endpoints word it (wechat-api.md sections 2, 3 and 11), without a request id: no support of
/// WeChat's could find it.
struct WeChatShapedError: Error, Equatable {
    let errcode: Int
    let errmsg: String

    static let busy = WeChatShapedError(errcode: -1, errmsg: "system error")
    static let invalidGrantType = WeChatShapedError(errcode: 40002, errmsg: "invalid grant_type")
    static let invalidAppID = WeChatShapedError(errcode: 40013, errmsg: "invalid appid")
    static let invalidSecret = WeChatShapedError(errcode: 40125, errmsg: "invalid appsecret")
    static let appIDMissing = WeChatShapedError(errcode: 41002, errmsg: "appid missing")
    static let secretMissing = WeChatShapedError(errcode: 41004, errmsg: "appsecret missing")
    static let mustBeGET = WeChatShapedError(errcode: 43001, errmsg: "require GET method")
    static let mustBePOST = WeChatShapedError(errcode: 43002, errmsg: "require POST method")
    static let malformed = WeChatShapedError(errcode: 47001, errmsg: "data format error")
    static let unauthorized = WeChatShapedError(errcode: 48001, errmsg: "api unauthorized")

    /// The reply, with status 200 as all of WeChat's.
    var response: Response {
        var json = JSONObjectWriter()
        json.add("errcode", errcode)
        json.add("errmsg", errmsg)
        return .json(json.finish())
    }
}

extension WeChatShapedError {
    /// What clients of WeChat act on is told in its own words; everything else is a reason to try again.
    init(_ unavailable: AccessTokenUnavailable) {
        switch unavailable.error {
        case .misconfigured(let refusal), .rateLimited(let refusal):
            self.init(errcode: refusal.errcode, errmsg: refusal.errmsg)
        default: self = .busy
        }
    }

    /// Nil for what is no fault of the request.
    init?(_ error: GatewayError) {
        switch error {
        case .invalidRequest: self = .malformed
        case .unknownApp: self = .invalidAppID
        case .invalidToken: self = .invalidSecret
        case .forbidden: self = .unauthorized
        default: return nil
        }
    }
}
