import OpenSSL
import TestSupport
import Testing

@testable import Gateway

/// A proof, read from bytes for a request, and a verdict, read for who wants all claims, must never differ.
@Suite struct TokenProofTests {
    private static let now = TokenSamples.issuedAt

    /// What a verdict comes to as a proof.
    private func proof(_ verdict: TokenVerifier.Verdict) throws -> TokenProof {
        switch verdict {
        case .valid(let claims):
            let digests = try TokenDigests(of: claims, by: SHA256())
            return .valid(ProvenToken(user: claims.user, digests: digests, expiresAt: claims.expiresAt))
        case .expired: return .expired
        case .malformed: return .malformed
        case .unknown: return .unknown
        }
    }

    private func expectAgreement(_ verifier: TokenVerifier, _ text: [UInt8], now: Int64 = Self.now) throws {
        let verdict = try verifier.verify(BearerToken(String(decoding: text, as: UTF8.self)), now: now)
        let found = try verifier.prove(text.span, now: now)
        #expect(try found == proof(verdict), "\(String(decoding: text, as: UTF8.self))")
    }

    @Test(arguments: TokenAlgorithm.allCases) func `any claims prove what they say`(algorithm: TokenAlgorithm) throws {
        let keys = [try SigningKey.generate(algorithm), try KeySamples.key(algorithm)]
        let verifier = try TokenVerifier(keys: keys)
        var random = SeededGenerator(seed: 3)
        let texts = TokenSamples.nasty + ["wx4f4bc4dec97d474b", "o", String(repeating: "o", count: 200)]
        for round in 0..<60 {
            let signer = try TokenSigner(key: keys[round % 2])
            var claims = TokenSamples.claims
            if round > 3 {
                claims.openID = texts.randomElement(using: &random) ?? ""
                claims.appID = texts.randomElement(using: &random) ?? ""
                claims.sessionID = texts.randomElement(using: &random) ?? ""
                claims.tokenID = texts.randomElement(using: &random) ?? ""
            }
            claims.channel = Bool.random(using: &random) ? .mini : .web
            claims.expiresAt = Self.now + Int64.random(in: -2...2, using: &random)
            let token = try signer.sign(claims)
            let expected = try proof(now(claims, Self.now))
            let found = try verifier.prove(token.string.utf8Span.span, now: Self.now)
            #expect(found == expected)
            try expectAgreement(verifier, Array(token.string.utf8))
        }
    }

    private func now(_ claims: TokenClaims, _ now: Int64) -> TokenVerifier.Verdict {
        now < claims.expiresAt ? .valid(claims) : .expired(claims)
    }

    @Test func `changed bytes come to the same, whatever they are`() throws {
        let verifier = try TokenVerifier(keys: [TokenSamples.key(1)])
        let text = Array(try TokenSigner(key: TokenSamples.key(1)).sign(TokenSamples.claims).string.utf8)
        for index in text.indices {
            for byte in Array("A_-.=+ ".utf8) + [0, text[index] ^ 1, text[index] ^ 2, text[index] ^ 4, 0x80, 0xFF] {
                var changed = text
                changed[index] = byte
                try expectAgreement(verifier, changed)
            }
        }
    }

    @Test func `cut and longer texts come to the same`() throws {
        let verifier = try TokenVerifier(keys: [TokenSamples.key(1)])
        let text = Array(try TokenSigner(key: TokenSamples.key(1)).sign(TokenSamples.claims).string.utf8)
        for count in 0...text.count {
            try expectAgreement(verifier, Array(text[..<count]))
            try expectAgreement(verifier, Array(text[count...]))
        }
        for tail in [".", "A", "AA", ".A", "=", " "] { try expectAgreement(verifier, text + Array(tail.utf8)) }
        for count in [4096, 4097, 10_000] {
            try expectAgreement(verifier, Array(repeating: UInt8(ascii: "A"), count: count))
        }
    }

    @Test func `payloads of other writers with our key come to the same`() throws {
        let keyBytes = Array(repeating: UInt8(1), count: 32)
        let verifier = try TokenVerifier(keys: [SigningKey(keyBytes)])
        let header = #"{"alg":"HS256","typ":"JWT","kid":"\#(try SigningKey(keyBytes).kid)"}"#
        let rest = #""sub":"o","aud":"wx","sid":"s","jti":"j","channel":"mini","iat":1,"exp":4102444800"#
        for payload in [
            #"{"iss":"wxgate",\#(rest)}"#, #"{\#(rest),"iss":"wxgate"}"#, #"{"iss":"other",\#(rest)}"#,
            #"{"iss":"wxgate", \#(rest)}"#, #"{"iss":"wxgate",\#(rest),"nbf":1}"#,
            #"{"iss":"wxgate",\#(rest),"sub":"p"}"#,
            #"{"iss":"wxgate",\#(rest)"#, "{}", "", "null",
            #"{"iss":"wxgate",\#(rest.replacing("mini", with: "fax"))}"#,
            #"{"iss":"wxgate",\#(rest.replacing("4102444800", with: "1"))}"#,
            #"{"iss":"wxgate",\#(rest.replacing("4102444800", with: "01"))}"#,
            #"{"iss":"wxgate",\#(rest.replacing("4102444800", with: "9223372036854775808"))}"#,
            #"{"iss":"wxgate",\#(rest.replacing("\"o\"", with: "\"\\u006f\""))}"#,
        ] {
            for header in [header, #"{"alg":"HS256","kid":"x"}"#, #"{"alg":"none"}"#, "x"] {
                let token = try TokenSamples.token(header: header, payload: payload, keyBytes: keyBytes)
                try expectAgreement(verifier, Array(token.string.utf8))
            }
        }
    }

    @Test func `tokens of several apps and users in turn keep their names`() throws {
        let verifier = try TokenVerifier(keys: [TokenSamples.key(1)])
        let signer = try TokenSigner(key: TokenSamples.key(1))
        for round in 0..<12 {
            var claims = TokenSamples.claims
            claims.appID = ["wx1", "wx2", "wx1234567890abcdef", ""][round % 4]
            claims.openID = "o\(round)"
            let token = try signer.sign(claims)
            guard case .valid(let proven) = try verifier.prove(token.string.utf8Span.span, now: Self.now) else {
                Issue.record("not valid")
                return
            }
            #expect(proven.user == claims.user)
        }
    }
}
