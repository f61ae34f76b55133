import HTTP
import HTTPServer
import Testing

@testable import Gateway

/// Our own pages, those of listed origins, and all others.
@Suite struct OriginPolicyTests {
    private let policy: OriginPolicy

    init() throws {
        let proxy = try #require(AddressRange("10.0.0.0/8"))
        policy = OriginPolicy(
            listed: ["https://shop.example", "http://localhost:3000"],
            addresses: ClientAddresses(trusted: [proxy], logger: LogRecorder().logger())
        )
    }

    private func request(_ headers: [(String, String)], ip: String = "192.0.2.1") throws -> Request {
        try GatewaySamples.request(headers: Headers(headers), ip: ip)
    }

    /// What comes from the trusted proxy.
    private func proxied(_ headers: [(String, String)]) throws -> Request { try request(headers, ip: "10.0.0.1") }

    @Test(arguments: [
        ("a.example", "http://a.example"), ("A.Example", "http://a.example"), ("a.example:80", "http://a.example"),
        ("a.example:", "http://a.example"), ("a.example:080", "http://a.example"),
        ("a.example:8080", "http://a.example:8080"), ("a.example:443", "http://a.example:443"),
        ("[::1]", "http://[::1]"), ("[::1]:80", "http://[::1]"), ("[::1]:8080", "http://[::1]:8080"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
    ]) func `the own origin is the scheme and Host without the scheme's port`(host: String, origin: String) throws {
        #expect(try policy.caller(of: request([("Host", host), ("Origin", origin)])) == .own(origin))
    }

    @Test(arguments: [
        ("a.example", "https://a.example"), ("a.example", "http://a.example:8080"), ("a.example", "http://b.example"),
        ("a.example", "http://a.example.evil.example"), ("a.example", "http://a.example/"),
        ("a.example", "http://a.example:80"), ("a.example", "HTTP://a.example"), ("a.example", "a.example"),
        ("a.example", "null"), ("a.example", ""), ("a.example", "http://"), ("a.example", "*"), ("", "http://"),
        ("a.example", "http://a.example http://a.example"), ("a.example", "http://x@a.example"),
        ("a.example", "https://shop.example.evil.example"), ("a.example", "http://shop.example"),
        ("a.example", "https://shop.example:444"), ("a.example", "http://localhost"),
    ]) func `any other origin is foreign, and so is what is none`(host: String, origin: String) throws {
        #expect(try policy.caller(of: request([("Host", host), ("Origin", origin)])) == .foreign)
    }

    @Test func `without Host no origin is our own`() throws {
        #expect(try policy.caller(of: request([("Origin", "http://a.example")])) == .foreign)
    }

    @Test func `an origin that is sent twice is foreign, even our own or a listed one`() throws {
        for origin in ["http://a.example", "https://shop.example"] {
            let twice = [("Host", "a.example"), ("Origin", origin), ("Origin", origin)]
            #expect(try policy.caller(of: request(twice)) == .foreign)
        }
    }

    @Test(arguments: ["https://shop.example", "http://localhost:3000"], ["cross-site", "same-site", "none", nil])
    func `a listed origin is one, from wherever the browser says that it comes`(origin: String, site: String?) throws {
        let headers = [("Host", "a.example"), ("Origin", origin)] + (site.map { [("Sec-Fetch-Site", $0)] } ?? [])
        #expect(try policy.caller(of: request(headers)) == .listed(origin))
    }

    @Test(arguments: [nil, "same-origin", "same-site", "none", "garbage"])
    func `without Origin nobody is named, unless the browser says cross-site`(site: String?) throws {
        let headers = [("Host", "a.example")] + (site.map { [("Sec-Fetch-Site", $0)] } ?? [])
        #expect(try policy.caller(of: request(headers)) == .unnamed)
    }

    @Test(arguments: ["cross-site", "Cross-Site"])
    func `what the browser calls cross-site is foreign, with the own origin too`(site: String) throws {
        #expect(try policy.caller(of: request([("Host", "a.example"), ("Sec-Fetch-Site", site)])) == .foreign)
        let own = [("Host", "a.example"), ("Origin", "http://a.example"), ("Sec-Fetch-Site", site)]
        #expect(try policy.caller(of: request(own)) == .foreign)
        let twice = [("Host", "a.example"), ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Site", site)]
        #expect(try policy.caller(of: request(twice)) == .foreign)
    }

    // MARK: - TLS in front

    @Test(
        arguments: [
            (["https"], true), (["HTTPS"], true), (["http, https"], true), (["http", "https"], true),
            ([" https "], true), (["https,http"], false), (["https", "http"], false), (["http"], false), ([], false),
            ([""], false), (["https,"], false), (["wss"], false),
        ] as [([String], Bool)]
    ) func `https is what a trusted proxy says last`(protos: [String], isSecure: Bool) throws {
        let headers = protos.map { ("X-Forwarded-Proto", $0) } + [("Host", "a.example:443")]
        #expect(try policy.isSecure(proxied(headers)) == isSecure)
        let own = isSecure ? "https://a.example" : "http://a.example:443"
        #expect(try policy.caller(of: proxied(headers + [("Origin", own)])) == .own(own))
        // From anyone else it says nothing.
        #expect(try !policy.isSecure(request(headers)))
        #expect(try policy.caller(of: request(headers + [("Origin", "https://a.example")])) == .foreign)
    }

    @Test func `the port of the other scheme stays in the own origin`() throws {
        let headers = [("X-Forwarded-Proto", "https"), ("Host", "a.example:80"), ("Origin", "https://a.example:80")]
        #expect(try policy.caller(of: proxied(headers)) == .own("https://a.example:80"))
    }

    // MARK: - Refusals

    @Test func `a foreign page is forbidden with a word for who runs the gateway`() throws {
        let request = try request([("Host", "a.example"), ("Origin", "https://a.example")])
        let error = #expect(throws: GatewayError.self) { try policy.requireOwnOrListed(request) }
        #expect(error?.problem.status == .forbidden && error?.problem.error == "forbidden")
        for name in ["WXGATE_TRUSTED_PROXIES", "WXGATE_CORS_ORIGINS", "X-Forwarded-Proto"] {
            #expect(error?.problem.detail.contains(name) == true)
        }
    }

    @Test func `who is not foreign may pass, and is told apart`() throws {
        #expect(try policy.requireOwnOrListed(request([("Host", "a.example")])) == .unnamed)
        let listed = try request([("Host", "a.example"), ("Origin", "https://shop.example")])
        #expect(try policy.requireOwnOrListed(listed) == .listed("https://shop.example"))
    }

    @Test func `where the own page is required, a listed or unnamed one is forbidden`() throws {
        try policy.requireOwn(request([("Host", "a.example"), ("Origin", "http://a.example")]))
        for headers in [[], [("Origin", "https://shop.example")], [("Origin", "null")]] as [[(String, String)]] {
            let request = try request([("Host", "a.example")] + headers)
            let error = #expect(throws: GatewayError.self) { try policy.requireOwn(request) }
            #expect(error?.problem.status == .forbidden)
        }
    }
}
