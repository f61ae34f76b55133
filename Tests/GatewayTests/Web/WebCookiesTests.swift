import HTTP
import HTTPServer
import OpenSSL
import Testing

@testable import Gateway

/// The cookies of web logins.
@Suite struct WebCookiesTests {
    private let cookies = WebCookies()
    private let off = WebCookies(keepsSessions: false)

    private static func request(_ headers: [(String, String)]) throws -> Request {
        try GatewaySamples.request(.get, "/", headers: Headers(headers))
    }

    @Test func `a ticket's cookie goes only to its own paths and outlives it`() throws {
        let random = SecureRandom()
        let (id, secret) = (try QRTicketID(from: random), try QRSecret(from: random))
        let field = try #require(cookies.setTicket(id, secret, lifeSeconds: 120, isSecure: false))
        #expect(field.0 == "Set-Cookie")
        #expect(
            field.1
                == "wxgate_qr=\(secret.text); Path=/api/v1/qr/\(id.text); Max-Age=240; HttpOnly; SameSite=Lax"
        )
        #expect(cookies.setTicket(id, secret, lifeSeconds: 60, isSecure: true)?.1.hasSuffix("; Secure") == true)
        #expect(off.setTicket(id, secret, lifeSeconds: 120, isSecure: false)?.1 == field.1)
    }

    @Test func `a session's cookie goes everywhere for as long as its token is good`() {
        #expect(
            cookies.setSession(BearerToken("a.b-c_d"), expiresIn: 604_800, isSecure: true)?.1
                == "wxgate_session=a.b-c_d; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax; Secure"
        )
        #expect(
            cookies.clearSession(isSecure: false)?.1 == "wxgate_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        )
    }

    @Test(arguments: ["a;b", "a b", "a,b", "a\r\nSet-Cookie: x=y", "a\"", "é", "a=", "a\u{0}", "a\\"])
    func `what is no token becomes no cookie`(token: String) {
        #expect(cookies.setSession(BearerToken(token), expiresIn: 1, isSecure: false) == nil)
    }

    @Test func `turned off, no session is put into a cookie, taken from one or cleared`() throws {
        let request = try Self.request([("Cookie", "wxgate_session=c")])
        #expect(off.setSession(BearerToken("a"), expiresIn: 1, isSecure: false) == nil)
        #expect(off.clearSession(isSecure: false) == nil)
        #expect(try off.session(of: request) == nil && !off.hasSession(request))
        #expect(try off.token(of: request) == nil)
        let differing = try Self.request([("Cookie", "wxgate_session=c; wxgate_session=d")])
        #expect(try off.token(of: differing) == nil)
    }

    // MARK: - Credentials

    @Test(
        arguments: [
            ([("Authorization", "Bearer h")], "h"), ([("Cookie", "wxgate_session=c")], "c"),
            ([("Cookie", "wxgate_session=c"), ("authorization", "bearer h")], "h"),
            ([("Authorization", "Basic dTpw"), ("Cookie", "wxgate_session=c")], "c"),
            ([("Authorization", "Bearerx h"), ("Cookie", "wxgate_session=c")], "c"),
            ([("Cookie", "a=b"), ("Cookie", #"x=1; wxgate_session="c""#)], "c"),
            ([("Cookie", "wxgate_session=c; wxgate_session=c"), ("Cookie", "wxgate_session=c")], "c"),
            ([("Cookie", "wxgate_session=")], ""), ([], nil), ([("Authorization", "Basic dTpw")], nil),
            ([("Cookie", "WXGATE_SESSION=c")], nil), ([("Cookie", "wxgate_qr=c")], nil), ([("Authorization", "")], nil),
        ] as [([(String, String)], String?)]
    ) func `a bearer token counts, else the cookie`(headers: [(String, String)], token: String?) throws {
        #expect(try cookies.token(of: Self.request(headers))?.string == token)
    }

    @Test(
        arguments: [
            // A bearer token that is none hides a good cookie: who sends one means it.
            [("Authorization", "Bearer "), ("Cookie", "wxgate_session=c")],
            [("Authorization", "Bearer"), ("Cookie", "wxgate_session=c")],
            [("Authorization", "Bearer h"), ("Authorization", "Bearer h")],
            [("Authorization", "Basic b"), ("Authorization", "Bearer h"), ("Cookie", "wxgate_session=c")],
            [("Cookie", "wxgate_session=c; wxgate_session=d")],
            [("Cookie", "wxgate_session=c"), ("Cookie", "wxgate_session=")],
        ] as [[(String, String)]]
    ) func `doubtful credentials are malformed`(headers: [(String, String)]) throws {
        let request = try Self.request(headers)
        let error = #expect(throws: GatewayError.self) { try cookies.token(of: request) }
        guard case .invalidToken(.malformed)? = error else {
            Issue.record("\(error as Any)")
            return
        }
    }
}
