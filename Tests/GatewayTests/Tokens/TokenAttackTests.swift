import Gateway
import OpenSSL
import Testing

/// What is known to have broken verifiers of JSON Web Tokens (RFC 8725 and published vulnerabilities), for each algorithm.
@Suite struct TokenAttackTests {
    static let algorithms = TokenAlgorithm.allCases
    static let payload = """
        {"iss":"wxgate","sub":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","aud":"wx4f4bc4dec97d474b","sid":"AAAAAAAAAAAAAAAAAAAAAA",\
        "jti":"BBBBBBBBBBBBBBBBBBBBBB","channel":"mini","iat":1700000000,"exp":4102444800}
        """

    let now = TokenSamples.issuedAt
    let claims = TokenSamples.claims

    private func verify(_ text: String, _ algorithm: TokenAlgorithm) throws -> TokenVerifier.Verdict {
        try TokenVerifier(keys: [KeySamples.key(algorithm)]).verify(BearerToken(text), now: now)
    }

    /// The verdict on a token that is signed rightly, whatever else is wrong with it.
    private func verify(
        header: String,
        payload: String = TokenAttackTests.payload,
        _ algorithm: TokenAlgorithm
    ) throws -> TokenVerifier.Verdict {
        try verify(KeySamples.token(header: header, payload: payload, key: KeySamples.key(algorithm)).string, algorithm)
    }

    private func encoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return Base64.encodeURLSafe(bytes.span)
    }

    @Test(arguments: algorithms) func `the same by our own key and header is valid`(algorithm: TokenAlgorithm) throws {
        let kid = try KeySamples.key(algorithm).kid
        let header = #"{"alg":"\#(algorithm.rawValue)","typ":"JWT","kid":"\#(kid)"}"#
        #expect(try verify(header: header, algorithm) == .valid(claims))
        #expect(try verify(header: #"{"kid":"\#(kid)","alg":"\#(algorithm.rawValue)"}"#, algorithm) == .valid(claims))
        let signed = try TokenSigner(key: KeySamples.key(algorithm)).sign(claims)
        #expect(try verify(signed.string, algorithm) == .valid(claims))
    }

    @Test(arguments: algorithms) func `no spelling of none is believed, signed or not`(algorithm: TokenAlgorithm) throws
    {
        let kid = try KeySamples.key(algorithm).kid
        let spellings = (0..<16).map { mask in
            String("none".enumerated().map { mask >> $0 & 1 == 1 ? Character($1.uppercased()) : $1 })
        }
        for spelling in spellings + ["", "null", " none", "none ", "none\\u0000", "\\u006eone"] {
            let header = #"{"alg":"\#(spelling)","typ":"JWT","kid":"\#(kid)"}"#
            let start = encoded(header) + "." + encoded(Self.payload)
            for signature in ["", "AA", String(repeating: "A", count: 43), String(repeating: "A", count: 86)] {
                #expect(try verify(start + "." + signature, algorithm) == .unknown)
            }
            #expect(try verify(start, algorithm) == .malformed)
            #expect(try verify(header: header, algorithm) == .unknown)
        }
    }

    @Test(arguments: algorithms) func `a token of any other algorithm is refused, although the signature is right`(
        algorithm: TokenAlgorithm
    ) throws {
        let kid = try KeySamples.key(algorithm).kid
        let registered = [
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512",
            "ES256K", "EdDSA", "Ed25519", "Ed448", "dir",
        ]
        let spellings = [
            algorithm.rawValue.lowercased() + " ", " " + algorithm.rawValue, algorithm.rawValue + "\\u0000",
        ]
        for other in registered + spellings where other != algorithm.rawValue {
            #expect(try verify(header: #"{"alg":"\#(other)","typ":"JWT","kid":"\#(kid)"}"#, algorithm) == .unknown)
        }
        for json in ["null", "7", "true", "{}", #"["\#(algorithm.rawValue)"]"#] {
            #expect(try verify(header: #"{"alg":\#(json),"kid":"\#(kid)"}"#, algorithm) == .unknown)
        }
        #expect(try verify(header: #"{"kid":"\#(kid)"}"#, algorithm) == .unknown)
    }

    @Test(arguments: [TokenAlgorithm.es256, .edDSA]) func `a public key is no HMAC key, in whatever form`(
        algorithm: TokenAlgorithm
    ) throws {
        let key = try KeySamples.key(algorithm)
        let pem = algorithm == .es256 ? KeySamples.p256Public : KeySamples.ed25519Public
        let block = try #require(try PEMBlock.read(pem).first)
        let json = try #require(key.publicKey).json
        let jwks = #"{"keys":["# + String(decoding: json, as: UTF8.self) + "]}"
        let secrets = [
            Array(pem.utf8), Array((pem + "\n").utf8), block.bytes, Array(block.bytes.suffix(32)),
            Array(block.bytes.suffix(64)), Array(block.bytes.suffix(65)), json, Array(jwks.utf8), Array(key.kid.utf8),
        ]
        for secret in secrets {
            for alg in ["HS256", algorithm.rawValue] {
                let header = #"{"alg":"\#(alg)","typ":"JWT","kid":"\#(key.kid)"}"#
                let token = try TokenSamples.token(header: header, payload: Self.payload, keyBytes: secret)
                #expect(try verify(token.string, algorithm) == .unknown)
            }
        }
    }

    @Test(arguments: algorithms) func `a key that is not ours is refused, by its own kid and by ours`(
        algorithm: TokenAlgorithm
    ) throws {
        let other = try SigningKey.generate(algorithm)
        for kid in [other.kid, try KeySamples.key(algorithm).kid] {
            let header = #"{"alg":"\#(algorithm.rawValue)","typ":"JWT","kid":"\#(kid)"}"#
            let token = try KeySamples.token(header: header, payload: Self.payload, key: other)
            #expect(try verify(token.string, algorithm) == .unknown)
        }
    }

    @Test(arguments: algorithms) func `a kid finds our key by being equal to its id, and by nothing else`(
        algorithm: TokenAlgorithm
    ) throws {
        let kid = try KeySamples.key(algorithm).kid
        let texts = [
            "", " ", "0", "../../../../dev/null", "/dev/null", "file:///dev/null", "' OR '1'='1",
            "x' UNION SELECT 'key';--",
            "| cat /etc/passwd", "%00", "*", ".*", kid + " ", " " + kid, kid + "\\u0000", String(kid.dropLast()),
            kid.uppercased() == kid ? kid.lowercased() : kid.uppercased(), String(repeating: "k", count: 2000),
        ]
        for text in texts {
            let header = #"{"alg":"\#(algorithm.rawValue)","kid":"\#(text)"}"#
            #expect(try verify(header: header, algorithm) == .unknown, "\(text)")
        }
        for json in ["null", "7", "0.5", "true", "[]", #"["\#(kid)"]"#, #"{"kid":"\#(kid)"}"#] {
            #expect(try verify(header: #"{"alg":"\#(algorithm.rawValue)","kid":\#(json)}"#, algorithm) == .unknown)
        }
        #expect(try verify(header: #"{"alg":"\#(algorithm.rawValue)"}"#, algorithm) == .unknown)
        let long = String(repeating: "k", count: 5000)
        #expect(try verify(header: #"{"alg":"\#(algorithm.rawValue)","kid":"\#(long)"}"#, algorithm) == .malformed)
    }

    @Test(arguments: algorithms) func `keys that a token brings along are not used`(algorithm: TokenAlgorithm) throws {
        let stranger = try SigningKey.generate(algorithm)
        let jwk = stranger.publicKey.map { String(decoding: $0.json, as: UTF8.self) } ?? #"{"kty":"oct","k":"AAAA"}"#
        let members = [
            #""jwk":\#(jwk)"#, #""jku":"https://example.invalid/keys.json""#, #""x5u":"https://example.invalid/c.pem""#,
            #""x5c":["MIIB"]"#, #""x5t":"AAAA""#, #""x5t#S256":"AAAA""#,
        ]
        let ours = try KeySamples.key(algorithm)
        for member in members {
            for kid in [stranger.kid, ours.kid] {
                let header = #"{"alg":"\#(algorithm.rawValue)","kid":"\#(kid)",\#(member)}"#
                let token = try KeySamples.token(header: header, payload: Self.payload, key: stranger)
                #expect(try verify(token.string, algorithm) == .unknown)
            }
            // By our own key they change nothing.
            let header = #"{"alg":"\#(algorithm.rawValue)","kid":"\#(ours.kid)",\#(member)}"#
            #expect(try verify(header: header, algorithm) == .valid(claims))
        }
    }

    @Test(arguments: algorithms) func `what must be understood is refused, an unencoded payload too`(
        algorithm: TokenAlgorithm
    ) throws {
        let kid = try KeySamples.key(algorithm).kid
        for crit in [#"["b64"]"#, #"["exp"]"#, "[]", "null", #""b64""#, #"["alg"]"#] {
            let header = #"{"alg":"\#(algorithm.rawValue)","kid":"\#(kid)","b64":false,"crit":\#(crit)}"#
            #expect(try verify(header: header, algorithm) == .unknown)
            let raw = try KeySamples.token(encoded(header) + "." + Self.payload, key: KeySamples.key(algorithm))
            #expect(try verify(raw.string, algorithm) == .malformed)
        }
        // RFC 7797 section 6: without crit it means nothing.
        let header = #"{"alg":"\#(algorithm.rawValue)","kid":"\#(kid)","b64":false}"#
        #expect(try verify(header: header, algorithm) == .valid(claims))
        let raw = try KeySamples.token(encoded(header) + "." + Self.payload, key: KeySamples.key(algorithm))
        #expect(try verify(raw.string, algorithm) == .malformed)
    }

    @Test(arguments: algorithms) func `a member that comes twice makes a token malformed`(
        algorithm: TokenAlgorithm
    ) throws {
        // RFC 7515 section 4 and RFC 7519 section 4: refuse, or let the last count.
        let kid = try KeySamples.key(algorithm).kid
        let alg = algorithm.rawValue
        for header in [
            #"{"alg":"\#(alg)","alg":"none","kid":"\#(kid)"}"#, #"{"alg":"none","alg":"\#(alg)","kid":"\#(kid)"}"#,
            #"{"alg":"\#(alg)","kid":"\#(kid)","kid":"other"}"#, #"{"alg":"\#(alg)","kid":"other","kid":"\#(kid)"}"#,
            #"{"alg":"\#(alg)","kid":"\#(kid)","\u006bid":"other"}"#, #"{"alg":"\#(alg)","kid":"\#(kid)","x":1,"x":2}"#,
            #"{"alg":"\#(alg)","kid":"\#(kid)","x":{"a":[1,"\"}"]},"alg":"\#(alg)"}"#,
        ] { #expect(try verify(header: header, algorithm) == .malformed, "\(header)") }
        // Names below the outermost object are not read, and may be what they want.
        let nested = #"{"x":{"alg":"none","kid":"a","kid":["kid",{}]},"y":"alg","alg":"\#(alg)","kid":"\#(kid)"}"#
        #expect(try verify(header: nested, algorithm) == .valid(claims))
        let header = #"{"alg":"\#(alg)","typ":"JWT","kid":"\#(kid)"}"#
        for member in [#""sub":"other""#, #""exp":1"#, #""jti":"other""#, #""iss":"other""#, #""channel":"fax""#] {
            let payload = Self.payload.dropLast() + "," + member + "}"
            #expect(try verify(header: header, payload: String(payload), algorithm) == .malformed, "\(member)")
        }
    }

    @Test(arguments: algorithms) func `another writing of the same parts is no token`(algorithm: TokenAlgorithm) throws
    {
        let text = try TokenSigner(key: KeySamples.key(algorithm)).sign(claims).string
        let parts = text.split(separator: ".").map(String.init)
        var writings = ["", " ", "\n", "\t", "=", "==", "."].flatMap { [text + $0, $0 + text] }.filter { $0 != text }
        for extra in ["=", "==", " ", "\n", "%3D", "+", "/", "\u{0}", "é"] {
            for index in parts.indices {
                for part in [parts[index] + extra, extra + parts[index]] {
                    var parts = parts
                    parts[index] = part
                    writings.append(parts.joined(separator: "."))
                }
            }
        }
        writings += [
            text + "." + text, text + "." + parts[2], parts[0] + ".." + parts[2], "." + text, "Bearer " + text,
        ]
        writings += [parts[0] + "." + parts[1], "{\"payload\":\"\(parts[1])\",\"signature\":\"\(parts[2])\"}"]
        for writing in writings {
            let verdict = try verify(writing, algorithm)
            #expect(verdict == .malformed || verdict == .unknown, "\(writing)")
        }
    }

    @Test(arguments: algorithms) func `bits behind the last byte are zero`(algorithm: TokenAlgorithm) throws {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let text = try TokenSigner(key: KeySamples.key(algorithm)).sign(claims).string
        // 32 bytes leave two bits, 64 bytes four.
        let spare = algorithm == .hs256 ? 4 : 16
        let last = try #require(text.last.flatMap(alphabet.firstIndex))
        #expect(last.isMultiple(of: spare))
        for offset in 1..<spare {
            #expect(try verify(String(text.dropLast()) + String(alphabet[last + offset]), algorithm) == .malformed)
        }
    }

    @Test(arguments: algorithms) func `no part of a token is a token`(algorithm: TokenAlgorithm) throws {
        let verifier = try TokenVerifier(keys: [KeySamples.key(algorithm)])
        let text = try TokenSigner(key: KeySamples.key(algorithm)).sign(claims).string
        for count in 0..<text.utf8.count {
            for part in [String(text.prefix(count)), String(text.suffix(count))] {
                let verdict = try verifier.verify(BearerToken(part), now: now)
                #expect(verdict == .unknown || verdict == .malformed)
            }
        }
    }

    @Test(arguments: algorithms) func `no changed bit of any byte leaves a token valid`(algorithm: TokenAlgorithm)
        throws
    {
        let verifier = try TokenVerifier(keys: [KeySamples.key(algorithm)])
        let text = Array(try TokenSigner(key: KeySamples.key(algorithm)).sign(claims).string.utf8)
        for index in text.indices {
            for mask: UInt8 in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x03, 0x06, 0x18] {
                var changed = text
                changed[index] ^= mask
                let verdict = try verifier.verify(BearerToken(String(decoding: changed, as: UTF8.self)), now: now)
                #expect(verdict == .unknown || verdict == .malformed, "byte \(index), mask \(mask)")
            }
        }
    }

    @Test(arguments: algorithms) func `a signature of nothing, of another length or with more behind it is refused`(
        algorithm: TokenAlgorithm
    ) throws {
        let text = try TokenSigner(key: KeySamples.key(algorithm)).sign(claims).string
        let start = text.prefix(through: try #require(text.lastIndex(of: ".")))
        let end = Array(text.dropFirst(start.count).utf8)
        let decoded = Base64.decodeURLSafe(end.span)
        let signature = try #require(decoded)
        let zeros = [0, 1, 31, 32, 33, 63, 64, 65, 72, 128].map { [UInt8](repeating: 0, count: $0) }
        let cuts = signature.indices.map { Array(signature[..<$0]) }
        let order = try #require(Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        let longer = [signature + [0], signature + signature, [0] + signature]
        for wrong in zeros + cuts + longer + [order + order] {
            let verdict = try verify(start + Base64.encodeURLSafe(wrong.span), algorithm)
            #expect(verdict == .unknown, "\(wrong.count) bytes")
        }
    }

    @Test func `a DER signature is none, although many libraries write it`() throws {
        let text = try TokenSigner(key: KeySamples.key(.es256)).sign(claims).string
        let start = text.prefix(through: try #require(text.lastIndex(of: ".")))
        let end = Array(text.dropFirst(start.count).utf8)
        let decoded = Base64.decodeURLSafe(end.span)
        let raw = try #require(decoded)
        var der: [UInt8] = [0x30, 70, 0x02, 33, 0]
        der += raw[..<32]
        der += [0x02, 33, 0]
        der += raw[32...]
        #expect(try verify(start + Base64.encodeURLSafe(der.span), .es256) == .unknown)
    }

    @Test func `ECDSA's other signature of the same token has the same claims, so it is the same token`() throws {
        // n - s for s (FIPS 186-5 accepts both). A session is known by its jti and never by a token's text.
        let text = try TokenSigner(key: KeySamples.key(.es256)).sign(claims).string
        let start = text.prefix(through: try #require(text.lastIndex(of: ".")))
        let end = Array(text.dropFirst(start.count).utf8)
        let decoded = Base64.decodeURLSafe(end.span)
        var signature = try #require(decoded)
        let order = try #require(Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        var borrow = 0
        for index in (0..<32).reversed() {
            let difference = Int(order[index]) - Int(signature[32 + index]) - borrow
            borrow = difference < 0 ? 1 : 0
            signature[32 + index] = UInt8(truncatingIfNeeded: difference)
        }
        let other = start + Base64.encodeURLSafe(signature.span)
        #expect(other != text)
        #expect(try verify(String(other), .es256) == .valid(claims))
    }
}
