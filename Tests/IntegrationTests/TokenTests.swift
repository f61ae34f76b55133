import Foundation
import Gateway
import OpenSSL
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What the contract's *Token* paragraph says, over a socket.
    @Suite struct TokenTests {
        private static let keyBytes = Array<UInt8>(0..<32)

        /// A token by this key, of whatever header and claims.
        private static func sign(
            _ header: [String: Any],
            _ payload: [String: Any],
            by bytes: [UInt8] = keyBytes
        ) throws -> String {
            let parts = try [header, payload].map {
                TokenParts.text(of: try JSONSerialization.data(withJSONObject: $0))
            }
            let signed = parts.joined(separator: ".")
            let code = try HMACSHA256(key: bytes.span).code(for: Array(signed.utf8).span)
            return "\(signed).\(TokenParts.text(of: Data((0..<code.count).map { code[$0] })))"
        }

        @Test(arguments: TokenAlgorithm.allCases)
        func `a token has the claims of the contract, and ids that nobody guesses`(
            algorithm: TokenAlgorithm
        ) async throws {
            let clock = ManualClock()
            let key = try SigningKey.generate(algorithm)
            try await withGateway({
                $0.clock = clock.wallClock
                $0.configure = { $0.tokenKeys = [key] }
            }) { harness in
                let client = try harness.connect()
                let parts = try (0..<20).map { _ in try TokenParts(harness.token(of: "o-a", by: client)) }
                for part in parts {
                    #expect(part.header["alg"] as? String == algorithm.rawValue)
                    #expect(part.header["kid"] as? String == key.kid)
                    let names: Set<String> = ["iss", "sub", "aud", "sid", "jti", "channel", "iat", "exp"]
                    #expect(Set(part.payload.keys) == names)
                    #expect((part.payload["iss"] as? String)?.isEmpty == false)
                    #expect(part.payload["sub"] as? String == "o-a")
                    #expect(part.payload["aud"] as? String == DefaultApp.appid)
                    #expect(part.payload["channel"] as? String == "mini")
                    #expect(part.payload["iat"] as? Int == 1_700_000_000)
                    #expect(part.payload["exp"] as? Int == 1_700_604_800)
                }
                let ids = parts.flatMap { [$0.id("sid"), $0.id("jti")] }
                #expect(Set(ids).count == 40)
                try #require(ids.allSatisfy { $0.count >= 16 })
                // A bit that never changes would be no random bit.
                for bit in 0..<128 { #expect(Set(ids.map { $0[bit / 8] >> (bit % 8) & 1 }).count == 2) }
                let keys = try #require(try client.get("/.well-known/jwks.json").json()["keys"] as? [[String: Any]])
                #expect(keys.map { $0["kid"] as? String } == (algorithm == .hs256 ? [] : [key.kid]))
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `signed and unexpired, but neither live nor remembered, is replaced`(store: HarnessStore) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
            }) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                let parts = try TokenParts(token)
                #expect(try client.session(Self.sign(parts.header, parts.payload)).status == 200)
                let unused = TokenParts.text(of: Data(repeating: 7, count: 16))
                for name in ["sid", "jti"] {
                    let other = try Self.sign(parts.header, parts.payload.merging([name: unused]) { $1 })
                    for reply in [
                        try client.session(other), try client.refresh(other), try client.logOut(other),
                        try client.authCheck(other), try client.userInfo(other),
                    ] { expectRefused(reply, "replaced") }
                }
                // The same session of another user, of another app, is none.
                for (name, value) in [("sub", "o-b"), ("aud", "wx00000000000000b2")] {
                    let other = try Self.sign(parts.header, parts.payload.merging([name: value]) { $1 })
                    expectRefused(try client.session(other), "replaced")
                }
                #expect(try client.session(token).status == 200)
            }
        }

        @Test func `an unknown kid, another algorithm and another key are refused as unknown`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                let parts = try TokenParts(token)
                let code = try HMACSHA256(key: Self.keyBytes.span).code(for: Array("kid".utf8).span)
                #expect(parts.header["kid"] as? String == String(Hex.encode(code.span).prefix(16)))
                var noKid = parts.header
                noKid["kid"] = nil
                let signature = token.components(separatedBy: ".")[2]
                let forged = [
                    try Self.sign(parts.header.merging(["kid": "0123456789abcdef"]) { $1 }, parts.payload),
                    try Self.sign(noKid, parts.payload),
                    try Self.sign(parts.header.merging(["alg": "none"]) { $1 }, parts.payload),
                    try Self.sign(parts.header.merging(["alg": "HS512"]) { $1 }, parts.payload),
                    try Self.sign(parts.header.merging(["alg": "ES256"]) { $1 }, parts.payload),
                    try Self.sign(parts.header, parts.payload, by: Array(repeating: 1, count: 32)),
                    try Self.sign(parts.header, ["sub": "o-b"]).components(separatedBy: ".")[..<2]
                        .joined(separator: ".") + ".\(signature)",
                ]
                for token in forged { expectRefused(try client.session(token), "unknown") }
                #expect(try client.session(token).status == 200)
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `the reason of an end lasts as long as the token would have`(store: HarnessStore) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
            }) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                #expect(try client.logOut(token).status == 204)
                clock.advance(milliseconds: 604_799_999)
                // A login cleans up; what is still of use stays.
                _ = try harness.token(of: "o-a", by: client)
                expectRefused(try client.session(token), "logged_out")
                clock.advance(milliseconds: 1)
                expectRefused(try client.session(token), "expired")
            }
        }
    }
}
