import HTTP
import HTTPServer
import Testing

@testable import Gateway

@Suite struct RequestBearerTests {
    private func request(_ fields: [String]) throws -> Request {
        try GatewaySamples.request(headers: Headers(fields.map { ("Authorization", $0) }))
    }

    private func reason(_ body: () throws -> Void) -> InvalidTokenReason? {
        guard case .invalidToken(let reason)? = #expect(throws: GatewayError.self, performing: body) else { return nil }
        return reason
    }

    @Test(arguments: ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c", "Bearer   a.b.c"])
    func `the scheme's case and its spaces do not matter`(field: String) throws {
        #expect(try request([field]).bearerToken().string == "a.b.c")
        #expect(try request([field]).optionalBearerToken()?.string == "a.b.c")
    }

    @Test func `no field is a missing token`() throws {
        let request = try request([])
        #expect(try request.optionalBearerToken() == nil)
        #expect(reason { _ = try request.bearerToken() } == .missing)
    }

    @Test(arguments: [
        [""], ["Bearer"], ["Bearer "], ["Basic dTpw"], ["a.b.c"], ["Bearera.b.c"], ["Bearer\ta.b.c"],
        ["Bearer a", "Bearer a"], ["Bearer a", "Basic b"],
    ]) func `another scheme, an empty token or several fields are malformed`(fields: [String]) throws {
        let request = try request(fields)
        #expect(reason { _ = try request.bearerToken() } == .malformed)
        #expect(reason { _ = try request.optionalBearerToken() } == .malformed)
    }

    @Test(arguments: [
        ["Bearer a.b.c"], ["bearer a.b.c"], ["BEARER   a.b.c"], ["Bearer a b"], ["Bearer é"], [""], ["Bearer"],
        ["Bearer "], ["Basic dTpw"], ["Bearera.b.c"], ["Bearer\ta.b.c"], ["Bearer a", "Bearer a"], [],
        ["Bearer a", "Basic b"],
    ]) func `where it lies, the token is the same, or there is none`(fields: [String]) throws {
        let request = try request(fields)
        let found = try request.withBearerToken { token in token.text() }
        #expect(found == (try? request.bearerToken())?.string)
    }

    @Test func `a token never shows when it is printed`() throws {
        let token = try request(["Bearer s3cret"]).bearerToken()
        #expect(!"\(token) \(String(reflecting: token))".contains("s3cret"))
    }
}
