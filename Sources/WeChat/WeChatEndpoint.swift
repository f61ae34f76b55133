/// A call of WeChat's server API, for whoever counts them.
public enum WeChatEndpoint: Int, CaseIterable, Sendable {
    case jscode2session
    case token
    case stableToken
    case userPhoneNumber
    case checkSession
    case apiDomainIP
    case quota
    case unlimitedQRCode
    case urlLink

    /// The last part of its path, or of the two when that alone would say nothing.
    public var name: String {
        switch self {
        case .jscode2session: "jscode2session"
        case .token: "token"
        case .stableToken: "stable_token"
        case .userPhoneNumber: "getuserphonenumber"
        case .checkSession: "checksession"
        case .apiDomainIP: "get_api_domain_ip"
        case .quota: "quota_get"
        case .unlimitedQRCode: "getwxacodeunlimit"
        case .urlLink: "generate_urllink"
        }
    }
}
