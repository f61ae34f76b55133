internal import HTTP
internal import HTTPServer

/// The cookies of web logins (RFC 6265; contract section 4). Any thread.
///
/// Both are HttpOnly and SameSite=Lax: no script reads them, and no other site's page sends them but by a link.
struct WebCookies: Sendable {
    /// Holds a ticket's secret.
    static let ticketName = "wxgate_qr"
    /// Holds the token of the browser's session.
    static let sessionName = "wxgate_session"
    /// Seconds for which a ticket's cookie outlives the ticket: a scan adds 60 s to it, and its end is remembered 60 s.
    static let ticketGraceSeconds = 120

    /// Whether a claim leaves its token in the browser, and whether it is taken from there.
    private let keepsSessions: Bool

    /// - Parameter keepsSessions: `WebPolicy.setsCookie`.
    init(keepsSessions: Bool = true) {
        self.keepsSessions = keepsSessions
    }

    /// A field that gives the browser the secret of one ticket, only for that ticket's paths.
    ///
    /// - Parameter lifeSeconds: how long the ticket lives without a scan.
    /// - Returns: nil for a secret that no cookie can carry.
    func setTicket(
        _ id: QRTicketID,
        _ secret: QRSecret,
        lifeSeconds: Int,
        isSecure: Bool
    ) -> (String, String)? {
        WebCookies.field(
            WebCookies.ticketName,
            secret.text,
            path: "/api/v1/qr/\(id.text)",
            maxAge: lifeSeconds + WebCookies.ticketGraceSeconds,
            isSecure
        )
    }

    /// A field that gives the browser the token of its session.
    ///
    /// - Returns: nil when cookies are off, and for a token that no cookie can carry.
    func setSession(_ token: BearerToken, expiresIn seconds: Int, isSecure: Bool) -> (String, String)? {
        guard keepsSessions else { return nil }
        return WebCookies.field(WebCookies.sessionName, token.string, path: "/", maxAge: seconds, isSecure)
    }

    /// A field that takes the token away again.
    ///
    /// - Returns: nil when cookies are off.
    func clearSession(isSecure: Bool) -> (String, String)? {
        guard keepsSessions else { return nil }
        return WebCookies.field(WebCookies.sessionName, "", path: "/", maxAge: 0, isSecure)
    }

    /// Whether the browser sent a token, good or not.
    func hasSession(_ request: Request) -> Bool {
        keepsSessions && !request.headers.cookies(named: WebCookies.sessionName).isEmpty
    }

    /// The token that the browser sent; nil when there is none or cookies are off.
    ///
    /// - Throws: `malformed` for cookies that differ. A neighbour of the host may plant a second one, and nothing tells
    ///   which is the browser's own (RFC 6265 sections 4.2.2 and 8.6).
    func session(of request: Request) throws(GatewayError) -> BearerToken? {
        guard keepsSessions else { return nil }
        let cookies = request.headers.cookies(named: WebCookies.sessionName)
        guard let cookie = cookies.first else { return nil }
        guard cookies.allSatisfy({ $0 == cookie }) else { throw .invalidToken(.malformed) }
        return BearerToken(cookie)
    }

    /// The token of `Authorization: Bearer`, else of the cookie: a header is set on purpose, a cookie goes along with
    /// everything. Another scheme is somebody else's business and hides no cookie.
    ///
    /// - Returns: nil when there is neither.
    /// - Throws: `malformed` for a header or cookie that can be no token.
    func token(of request: Request) throws(GatewayError) -> BearerToken? {
        if request.hasBearerScheme { return try request.bearerToken() }
        return try session(of: request)
    }

    /// Calls `body` with the bytes of what ``token(of:)`` gives; a header's are not even copied.
    ///
    /// - Returns: nil without a call when there is no token.
    /// - Throws: as ``token(of:)``, and what `body` throws.
    func withToken<Result>(
        of request: Request,
        _ body: (Span<UInt8>) throws(GatewayError) -> Result
    ) throws(GatewayError) -> Result? {
        if let result = try request.withBearerToken(body) { return result }
        guard let token = try token(of: request) else { return nil }
        return try body(token.string.utf8Span.span)
    }

    private static func field(
        _ name: String,
        _ value: String,
        path: String,
        maxAge: Int,
        _ isSecure: Bool
    ) -> (String, String)? {
        guard value.utf8.allSatisfy(isValueByte) else { return nil }
        let secure = isSecure ? "; Secure" : ""
        return (
            "Set-Cookie", "\(name)=\(value); Path=\(path); Max-Age=\(max(maxAge, 0)); HttpOnly; SameSite=Lax\(secure)"
        )
    }

    /// What secrets and tokens consist of: url-safe Base64 and dots. No attribute can be added by a value.
    private static func isValueByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
