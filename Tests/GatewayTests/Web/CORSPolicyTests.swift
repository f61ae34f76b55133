import HTTP
import HTTPServer
import Testing

@testable import Gateway

/// What pages of other origins may read.
@Suite struct CORSPolicyTests {
    private static let origin = "https://shop.example"
    private static let preflight = [("Origin", origin), ("Access-Control-Request-Method", "POST")]

    private let policy: CORSPolicy

    init() throws {
        policy = try #require(CORSPolicy(origins: [Self.origin, "http://localhost:3000"]))
    }

    private func request(_ method: Method, _ target: String, _ headers: [(String, String)]) throws -> Request {
        try GatewaySamples.request(method, target, headers: Headers(headers))
    }

    private func fields(_ method: Method, _ target: String, _ headers: [(String, String)]) throws -> [String] {
        policy.fields(for: try request(method, target, headers)).map { "\($0.0): \($0.1)" }
    }

    @Test func `without origins there is no policy`() {
        #expect(CORSPolicy(origins: []) == nil)
    }

    @Test(
        arguments: [Method.get, .post, .head, .options, .delete],
        ["/api/v1/qr", "/api/v1/wx/session", "/api/v1/none"]
    )
    func `a listed origin may read every reply of the API, without credentials`(method: Method, path: String) throws {
        #expect(
            try fields(method, path, [("Origin", Self.origin)]) == [
                "Access-Control-Allow-Origin: https://shop.example",
                "Access-Control-Expose-Headers: X-Request-Id, Retry-After", "Vary: Origin",
            ]
        )
    }

    @Test(
        arguments: [
            [], [("Origin", "https://evil.example")], [("Origin", "null")], [("Origin", "https://shop.example/")],
            [("Origin", "HTTPS://shop.example")], [("Origin", "https://shop.example.evil.example")],
            [("Origin", "https://shop.example"), ("Origin", "https://shop.example")],
            [("Origin", "https://shop.example, http://localhost:3000")],
        ] as [[(String, String)]]
    ) func `any other origin may read nothing, and caches are told that it depends`(headers: [(String, String)]) throws
    {
        #expect(try fields(.get, "/api/v1/qr", headers) == ["Vary: Origin"])
        let preflight = try request(.options, "/api/v1/qr", headers + [("Access-Control-Request-Method", "POST")])
        #expect(policy.response(to: preflight) == nil)
    }

    @Test(arguments: ["/auth/check", "/login", "/wxgate.js", "/healthz", "/api/v1", "/api/v10/x", "/x/api/v1/y", "*"])
    func `nothing else than the API is concerned`(path: String) throws {
        #expect(try fields(.options, path, Self.preflight).isEmpty)
        #expect(policy.response(to: try request(.options, path, Self.preflight)) == nil)
    }

    @Test(arguments: ["/api/v1/qr", "/api/v1/qr/x/status?wait=25", "/api/v1/none"])
    func `a preflight is answered with all that the API takes`(target: String) throws {
        let response = try #require(policy.response(to: try request(.options, target, Self.preflight)))
        #expect(response.status == .noContent && response.body.isEmpty)
        #expect(
            response.headers.map { "\($0.0): \($0.1)" } == [
                "Access-Control-Allow-Methods: GET, HEAD, POST",
                "Access-Control-Allow-Headers: Content-Type, Authorization, X-Qr-Secret", "Access-Control-Max-Age: 600",
            ]
        )
    }

    @Test func `what is no preflight goes to the routes`() throws {
        #expect(policy.response(to: try request(.options, "/api/v1/qr", [("Origin", Self.origin)])) == nil)
        #expect(policy.response(to: try request(.post, "/api/v1/qr", Self.preflight)) == nil)
        let nameless = [("Access-Control-Request-Method", "POST")]
        #expect(policy.response(to: try request(.options, "/api/v1/qr", nameless)) == nil)
    }
}
