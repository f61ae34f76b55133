import HTTP
import HTTPServer
import Testing

@testable import Gateway

/// `/login` and its files.
@Suite struct LoginPageRouteTests {
    private static let content = LoginPageContent(
        html: { Array("\($0 ?? "-") \($1 ?? "-")".utf8) },
        script: LoginPageContent.Asset(bytes: Array("js".utf8), mediaType: "text/javascript", etag: #""1""#),
        style: LoginPageContent.Asset(bytes: Array("css".utf8), mediaType: "text/css", etag: #""2""#),
        widget: LoginPageContent.Asset(bytes: Array("widget".utf8), mediaType: "text/javascript", etag: #""3""#)
    )

    private func route(origins: [String] = [], returnOrigins: [String] = []) throws -> LoginPageRoute {
        var web = WebPolicy()
        web.origins = origins
        web.returnOrigins = returnOrigins
        return LoginPageRoute(content: Self.content, apps: AppRegistry([try GatewaySamples.app()]), web: web)
    }

    private func page(_ query: String, returnOrigins: [String] = []) throws -> String {
        let request = try GatewaySamples.request(.get, "/login\(query)")
        let response = try route(returnOrigins: returnOrigins).page(request)
        #expect(response.status == .ok)
        return String(decoding: response.body, as: UTF8.self)
    }

    private func header(_ name: String, of response: Response) -> [String] {
        response.headers.filter { $0.0 == name }.map(\.1)
    }

    @Test(arguments: [
        ("", "- -"), ("?", "- -"), ("?return_to=/a", "/a -"), ("?return_to=%2Fa%3Fb%3Dc%26d", "/a?b=c&d -"),
        ("?return_to=/a&appid=wx4f4bc4dec97d474b", "/a wx4f4bc4dec97d474b"),
        ("?return_to=https://allowed.example/x", "https://allowed.example/x -"),
    ]) func `what is right in the query comes into the page`(query: String, page text: String) throws {
        #expect(try page(query, returnOrigins: ["https://allowed.example"]) == text)
    }

    @Test(arguments: [
        ("?return_to=/orders?page=2&sort=new", "/orders?page=2&sort=new -"),
        ("?appid=wx4f4bc4dec97d474b&return_to=/a?b&c", "/a?b&c wx4f4bc4dec97d474b"),
        ("?return_to=/a%20b", "/a%20b -"), ("?return_to=/a?return_to=/b", "/a?return_to=/b -"),
    ]) func `a path that a proxy put there as it came keeps its own query and escapes`(
        query: String,
        page text: String
    ) throws {
        #expect(try page(query) == text)
    }

    @Test(arguments: [
        "?return_to=/%2Fevil.example", "?return_to=/?a%09b", "?return_to=/a?%5C", "?return_to=//evil.example?a&b",
        "?return_to=", "?return_to=//evil.example", "?return_to=%2F%2Fevil.example", "?return_to=/%09/evil.example",
        "?return_to=/%0A/evil.example", "?return_to=%5C%5Cevil.example", "?return_to=/%5Cevil.example",
        "?return_to=javascript:alert(1)", "?return_to=https://allowed.example", "?return_to=/a+b", "?return_to=/%FF",
        "?return_to=%", "?return_to=/a&return_to=/b", "?return_to=/a&return_to=//evil.example", "?RETURN_TO=/a",
        "?appid=", "?appid=wx0000000000000001", "?appid=x%22%3E%3Cscript%3E", "?return_to=%EF%BC%8F/evil.example",
    ]) func `what is wrong in the query is left out of a page that works`(query: String) throws {
        #expect(try page(query) == "- -")
    }

    @Test func `the page lets in no code but its own and nobody's frame`() throws {
        let response = try route().page(try GatewaySamples.request(.get, "/login"))
        #expect(
            header("Content-Security-Policy", of: response) == [
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
                    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            ]
        )
        let others = [
            ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"), ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
        ]
        for (name, value) in others { #expect(header(name, of: response) == [value], "\(name)") }
    }

    @Test func `pages of listed origins may frame it`() throws {
        let origins = ["https://shop.example", "http://localhost:3000"]
        let response = try route(origins: origins).page(try GatewaySamples.request(.get, "/login"))
        let policy = try #require(header("Content-Security-Policy", of: response).first)
        #expect(policy.hasSuffix("; frame-ancestors https://shop.example http://localhost:3000"))
        #expect(header("X-Frame-Options", of: response).isEmpty)
    }

    @Test func `files may be kept for five minutes, and only the widget is for pages elsewhere`() throws {
        let (route, request) = (try route(), try GatewaySamples.request(.get, "/"))
        let files = [
            (route.script(request), "js", "same-origin"), (route.style(request), "css", "same-origin"),
            (route.widget(request), "widget", "cross-origin"),
        ]
        for (response, body, policy) in files {
            #expect(response.status == .ok && String(decoding: response.body, as: UTF8.self) == body)
            #expect(header("Cache-Control", of: response) == ["public, max-age=300"])
            #expect(header("Cross-Origin-Resource-Policy", of: response) == [policy])
            #expect(header("X-Content-Type-Options", of: response) == ["nosniff"])
        }
        #expect(header("Content-Type", of: files[1].0) == ["text/css"])
        #expect(header("ETag", of: files[1].0) == [#""2""#])
    }

    @Test(arguments: [[#""3""#], [#"W/"3""#], ["*"], [#""1", "3""#], [#""1""#, #""3""#], [#" "1","3" "#]])
    func `who has a file already is told so`(known: [String]) throws {
        let request = try GatewaySamples.request(.get, "/", headers: Headers(known.map { ("If-None-Match", $0) }))
        let response = try route().widget(request)
        #expect(response.status == .notModified && response.body.isEmpty)
        #expect(header("ETag", of: response) == [#""3""#])
        #expect(header("Cache-Control", of: response) == ["public, max-age=300"])
        #expect(header("Cross-Origin-Resource-Policy", of: response) == ["cross-origin"])
    }

    @Test(arguments: [#""1""#, "3", "", #""3"#, #"w/"3""#])
    func `who has another file gets this one`(known: String) throws {
        let request = try GatewaySamples.request(.get, "/", headers: ["If-None-Match": known])
        #expect(try route().widget(request).status == .ok)
    }
}
