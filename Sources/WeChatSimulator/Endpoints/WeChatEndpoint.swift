/// The endpoints of WeChat that the simulator serves. Each has a file of its own name beside this one.
enum WeChatEndpoint: String, CaseIterable, Sendable {
    case code2Session = "/sns/jscode2session"
    case accessToken = "/cgi-bin/token"
    case stableToken = "/cgi-bin/stable_token"
    case apiDomainIP = "/cgi-bin/get_api_domain_ip"
    case apiQuota = "/cgi-bin/openapi/quota/get"
    case unlimitedWXACode = "/wxa/getwxacodeunlimit"
    case urlLink = "/wxa/generate_urllink"
    case userPhoneNumber = "/wxa/business/getuserphonenumber"
    case checkSession = "/wxa/checksession"
    /// Any other path outside of the control API.
    case unknown = "other"

    init(path: String) {
        // No path is "other": paths start with a slash.
        self = WeChatEndpoint(rawValue: path) ?? .unknown
    }

    /// The name in the counters: the path.
    var name: String { rawValue }

    /// How its refusals are worded.
    var family: WeChatFailure.Family {
        switch self {
        case .code2Session, .unknown: .sns
        case .accessToken, .stableToken, .apiDomainIP, .apiQuota, .unlimitedWXACode, .urlLink, .checkSession: .cgi
        case .userPhoneNumber: .business
        }
    }

    /// The Content-Type of the endpoint's JSON (facts sheet 0): code2Session calls it plain text, and the other families
    /// write `encoding` where the standard says `charset`.
    var contentType: String {
        self == .code2Session ? "text/plain" : "application/json; encoding=utf-8"
    }

    /// The Content-Type of a success: a picture is a JPEG by name, whatever it is.
    var successContentType: String {
        self == .unlimitedWXACode ? "image/jpeg" : contentType
    }
}
