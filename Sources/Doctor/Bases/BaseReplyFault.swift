import FoundationEssentials
import HTTPClient

/// Why a reply is none of WeChat's API. It says `errcode` to whoever calls it without an access_token.
struct BaseReplyFault: Equatable, Sendable {
    let text: String
    let remedy: String

    private struct Members: Decodable {
        let errcode: Int
    }

    /// Nil when it is WeChat's.
    init?(_ response: ClientResponse) {
        guard response.status == 200 else {
            text = "HTTP status \(response.status), which WeChat's API does not give"
            remedy = "check path and host in WXGATE_WECHAT_URLS; a proxy between may answer in WeChat's place"
            return
        }
        if (try? JSONDecoder().decode(Members.self, from: Data(response.body))) != nil { return nil }
        text = "what answers is not WeChat's API"
        remedy = "check WXGATE_WECHAT_URLS; a captive portal or proxy may answer in WeChat's place"
    }
}
