import HTTP
import HTTPServer
import Testing

@testable import Gateway

@Suite struct JWKSRouteTests {
    private func body(_ keys: [SigningKey]) throws -> String {
        let response = JWKSRoute(keys: keys).keys(try GatewaySamples.request(.get, "/.well-known/jwks.json"))
        #expect(response.status == .ok)
        #expect(response.headers.contains { $0 == ("Content-Type", "application/json") })
        return String(decoding: response.body, as: UTF8.self)
    }

    @Test func `HS256 has no public keys`() throws {
        #expect(try body([KeySamples.key(.hs256)]) == #"{"keys":[]}"#)
    }

    @Test(arguments: [TokenAlgorithm.es256, .edDSA]) func `every public key is told, in order, and nothing else`(
        algorithm: TokenAlgorithm
    ) throws {
        let keys = [try SigningKey.generate(algorithm), try KeySamples.key(algorithm)]
        let parts = keys.compactMap(\.publicKey).map { String(decoding: $0.json, as: UTF8.self) }
        #expect(parts.count == 2)
        #expect(try body(keys) == #"{"keys":["# + parts.joined(separator: ",") + "]}")
        #expect(try !body(keys).contains(#""d":"#))
    }
}
