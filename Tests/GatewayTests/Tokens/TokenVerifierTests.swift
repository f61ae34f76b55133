import Gateway
import OpenSSL
import Testing

@Suite struct TokenVerifierTests {
    let keyBytes = Array(repeating: UInt8(1), count: 32)
    let key: SigningKey
    let signer: TokenSigner
    let verifier: TokenVerifier
    let claims = TokenSamples.claims
    let now = TokenSamples.issuedAt

    init() throws {
        key = try SigningKey(keyBytes)
        signer = try TokenSigner(key: key)
        verifier = try TokenVerifier(keys: [key])
    }

    private func verify(_ text: String, now: Int64 = TokenSamples.issuedAt) throws -> TokenVerifier.Verdict {
        try verifier.verify(BearerToken(text), now: now)
    }

    private func verify(header: String, payload: String? = nil) throws -> TokenVerifier.Verdict {
        let token = try TokenSamples.token(header: header, payload: payload ?? self.payload, keyBytes: keyBytes)
        return try verifier.verify(token, now: now)
    }

    private var payload: String {
        """
        {"iss":"wxgate","sub":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","aud":"wx4f4bc4dec97d474b","sid":"AAAAAAAAAAAAAAAAAAAAAA",\
        "jti":"BBBBBBBBBBBBBBBBBBBBBB","channel":"mini","iat":1700000000,"exp":4102444800}
        """
    }

    @Test func `what was signed is valid, again and again`() throws {
        for _ in 0..<3 {
            let token = try signer.sign(claims)
            #expect(try verifier.verify(token, now: now) == .valid(claims))
        }
        #expect(try signer.sign(claims) == signer.sign(claims))
        var other = claims
        other.tokenID = "other"
        #expect(try verifier.verify(signer.sign(other), now: now) == .valid(other))
    }

    @Test(arguments: TokenSamples.nasty) func `any openid survives the round trip`(openID: String) throws {
        var claims = claims
        claims.openID = openID
        #expect(try verifier.verify(signer.sign(claims), now: now) == .valid(claims))
    }

    @Test func `a token expires with the second of its exp`() throws {
        let token = try signer.sign(claims)
        #expect(try verifier.verify(token, now: claims.expiresAt - 1) == .valid(claims))
        #expect(try verifier.verify(token, now: claims.expiresAt) == .expired(claims))
        #expect(try verifier.verify(token, now: .max) == .expired(claims))
    }

    @Test func `a token from before its own iat is valid`() throws {
        #expect(try verifier.verify(signer.sign(claims), now: claims.issuedAt - 3600) == .valid(claims))
        #expect(try verifier.verify(signer.sign(claims), now: .min) == .valid(claims))
    }

    @Test func `no changed byte leaves a token valid`() throws {
        let text = Array(try signer.sign(claims).string.utf8)
        for index in text.indices {
            for byte in Set(Array("AQghwZaz019-_.=+/ \n".utf8) + [text[index] ^ 1, text[index] ^ 0x20, 0x7f, 0]) {
                guard byte != text[index] else { continue }
                var changed = text
                changed[index] = byte
                let verdict = try verify(String(decoding: changed, as: UTF8.self))
                #expect(verdict == .unknown || verdict == .malformed, "byte \(index) became \(byte)")
            }
        }
    }

    @Test func `a third dot is no token, wherever it stands`() throws {
        let text = Array(try signer.sign(claims).string.utf8)
        for index in 0...text.count {
            var longer = text
            longer.insert(UInt8(ascii: "."), at: index)
            #expect(try verify(String(decoding: longer, as: UTF8.self)) == .malformed, "inserted at \(index)")
        }
        for index in text.indices where text[index] != UInt8(ascii: ".") {
            var changed = text
            changed[index] = UInt8(ascii: ".")
            #expect(try verify(String(decoding: changed, as: UTF8.self)) == .malformed, "instead of byte \(index)")
        }
    }

    @Test func `no part of a token is a token`() throws {
        let text = try signer.sign(claims).string
        for count in 0..<text.utf8.count {
            for part in [String(text.prefix(count)), String(text.suffix(count))] {
                let verdict = try verify(part)
                #expect(verdict == .unknown || verdict == .malformed)
            }
        }
    }

    @Test(arguments: [
        "", ".", "..", "...", "a.b.c", "a", "Bearer x", "e30.e30", "e30.e30.e30.e30", " ..", "微.信.户",
        "\u{0}.\u{0}.\u{0}",
        "bnVsbA.e30.", "W10.e30.", "eyJhbGciOiJIUzI1NiJ9.e30=.AA", "eyJhbGciOiJIUzI1NiJ9.e30.A", "!!!.e30.AA",
        "eyJhbGciOiJIUzI1NiJ9.e30.AB", "eyJhbGciOiJIUzI1NiJ9.e31.AA",
    ])
    func `what is not three parts of strict base64url and JSON is malformed`(text: String) throws {
        #expect(try verify(text) == .malformed)
    }

    @Test func `over 4 KiB nothing is a token`() throws {
        var claims = claims
        claims.openID = String(repeating: "o", count: 2600)
        #expect(try verifier.verify(signer.sign(claims), now: now) == .valid(claims))
        claims.openID = String(repeating: "o", count: 3000)
        #expect(try verifier.verify(signer.sign(claims), now: now) == .malformed)
        #expect(try verify(String(repeating: "A", count: 1_000_000)) == .malformed)
    }

    @Test func `padding, line ends and a second signature do not go unnoticed`() throws {
        let text = try signer.sign(claims).string
        for changed in [text + "=", text + "\n", " " + text, text + ".", text + "." + text] {
            #expect(try verify(changed) == .malformed)
        }
        // 33 bytes, strictly encoded: no signature.
        #expect(try verify(text + "A") == .unknown)
    }

    @Test func `a token of another writer with our key and kid is valid`() throws {
        #expect(try verify(header: #"{"kid":"\#(key.kid)","alg":"HS256"}"#) == .valid(claims))
        #expect(try verify(header: #"{ "typ":"at+jwt","x":{},"alg":"HS256","kid":"\#(key.kid)" }"#) == .valid(claims))
    }

    @Test(arguments: [
        "none", "None", "NONE", "nOnE", "HS512", "HS384", "RS256", "ES256", "EdDSA", "hs256", "HS256 ", "",
    ])
    func `any other algorithm is refused, although the signature is right`(algorithm: String) throws {
        #expect(try verify(header: #"{"alg":"\#(algorithm)","typ":"JWT","kid":"\#(key.kid)"}"#) == .unknown)
    }

    @Test func `without a signature nothing is believed`() throws {
        for algorithm in ["none", "NONE", "HS256"] {
            let header = Array(#"{"alg":"\#(algorithm)","typ":"JWT","kid":"\#(key.kid)"}"#.utf8)
            let payload = Array(self.payload.utf8)
            let start = Base64.encodeURLSafe(header.span) + "." + Base64.encodeURLSafe(payload.span)
            #expect(try verify(start + ".") == .unknown)
            #expect(try verify(start + ".AA") == .unknown)
            #expect(try verify(start + "." + String(repeating: "A", count: 43)) == .unknown)
            #expect(try verify(start) == .malformed)
        }
    }

    @Test func `a kid that is missing, unknown, of another type or an injection is refused`() throws {
        let headers = [
            #"{"alg":"HS256"}"#, #"{"alg":"HS256","kid":""}"#, #"{"alg":"HS256","kid":"0000000000000000"}"#,
            #"{"alg":"HS256","kid":7}"#, #"{"alg":"HS256","kid":["\#(key.kid)"]}"#, #"{"alg":"HS256","kid":null}"#,
            #"{"alg":"HS256","kid":"../../dev/null"}"#, #"{"alg":"HS256","kid":"' OR 1=1 --"}"#,
            #"{"alg":"HS256","kid":"\#(key.kid.uppercased())x"}"#, #"{"alg":"HS256","kid":"\#(key.kid)\u0000"}"#,
            #"{"alg":["HS256"],"kid":"\#(key.kid)"}"#, #"{"kid":"\#(key.kid)"}"#, "{}",
            #"{"alg":"HS256","kid":"\#(key.kid)","crit":["exp"]}"#,
            #"{"alg":"HS256","jwk":{"kty":"oct","k":"AAAA"},"jku":"http://example.invalid/k"}"#,
        ]
        for header in headers { #expect(try verify(header: header) == .unknown, "\(header)") }
    }

    @Test(arguments: ["", "null", "[]", "\"HS256\"", "{", "x", "{\"alg\":\"HS256\"", "{'alg':'HS256'}"])
    func `a header that is no JSON object is malformed`(header: String) throws {
        #expect(try verify(header: header) == .malformed)
    }

    @Test func `claims are believed only behind a right signature`() throws {
        let header = #"{"alg":"HS256","typ":"JWT","kid":"\#(key.kid)"}"#
        let otherBytes = Array(repeating: UInt8(2), count: 32)
        let expired = payload.replacing("4102444800", with: "1")
        for payload in [payload, expired, "not JSON"] {
            let token = try TokenSamples.token(header: header, payload: payload, keyBytes: otherBytes)
            #expect(try verifier.verify(token, now: now) == .unknown)
        }
        #expect(try verify(header: header, payload: "not JSON") == .malformed)
        #expect(try verify(header: header, payload: payload.replacing("\"wxgate\"", with: "\"other\"")) == .unknown)
    }

    @Test func `after a rotation the newest key signs and all of them verify`() throws {
        let keys = try [3, 2, 1].map { try TokenSamples.key($0) }
        let rotated = try TokenVerifier(keys: keys)
        for key in keys {
            let token = try TokenSigner(key: key).sign(claims)
            #expect(try rotated.verify(token, now: now) == .valid(claims))
        }
        let removed = try TokenVerifier(keys: Array(keys.prefix(2)))
        #expect(try removed.verify(signer.sign(claims), now: now) == .unknown)
        #expect(try TokenVerifier(keys: []).verify(signer.sign(claims), now: now) == .unknown)
    }

    @Test func `one key's signature under another key's kid is refused`() throws {
        let other = try TokenSamples.key(2)
        let both = try TokenVerifier(keys: [key, other])
        let token = try TokenSamples.token(
            header: #"{"alg":"HS256","typ":"JWT","kid":"\#(other.kid)"}"#,
            payload: payload,
            keyBytes: keyBytes
        )
        #expect(try both.verify(token, now: now) == .unknown)
    }
}
