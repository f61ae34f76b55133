/// The reply to `POST /wxa/generate_urllink`.
public enum URLLinkReply {
    /// Far above any link seen (about 30 characters), and what clients of the gateway take as a URL elsewhere.
    private static let charactersMax = 1024

    /// The link in a reply: http or https, of visible ASCII characters, so that it can stand in any page as it is. Plain
    /// http is what a simulator gives. Never fails in any other way, whatever the body is.
    ///
    /// - Throws: `WeChatError` of the refusal, or `.invalidReply`.
    public static func parse(status: Int, body: [UInt8]) throws(WeChatError) -> String {
        let link: String
        do throws(WeChatError) {
            link = try JSONReply.parse(Members.self, status: status, body: body).link
        } catch {
            // Elsewhere a wrong grant_type, and so a mistake of ours; here the app may not make links.
            if case .unexpectedErrcode(let refusal) = error, refusal.errcode == 40002 { throw .misconfigured(refusal) }
            throw error
        }
        guard isLink(link) else { throw .invalidReply(reason: "the link is none") }
        return link
    }

    private static func isLink(_ text: String) -> Bool {
        let bytes = text.utf8
        let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
        guard let scheme, bytes.count > scheme.utf8.count, bytes.count <= charactersMax else { return false }
        return bytes.allSatisfy { (0x21...0x7E).contains($0) }
    }
}

private struct Members: Decodable {
    let link: String

    private enum CodingKeys: String, CodingKey {
        case link = "url_link"
    }
}
