import OpenSSL
import Testing

@testable import Gateway

@Suite struct TokenPayloadTests {
    private func written(_ claims: TokenClaims) -> [UInt8] {
        TokenPayload.json(of: claims)
    }

    private func readOwn(_ json: [UInt8]) -> TokenClaims? {
        OwnPayload(json.span)?.claims(in: json.span)
    }

    private func read(_ json: [UInt8]) -> TokenPayload.Reading {
        TokenPayload.read(json.span)
    }

    @Test func `claims are written in this order and form`() {
        #expect(
            String(decoding: written(TokenSamples.claims), as: UTF8.self) == """
                {"iss":"wxgate","sub":"oGZUI0egBJY1zhBYw2KhdUfwVJJE","aud":"wx4f4bc4dec97d474b",\
                "sid":"AAAAAAAAAAAAAAAAAAAAAA","jti":"BBBBBBBBBBBBBBBBBBBBBB","channel":"mini",\
                "iat":1700000000,"exp":4102444800}
                """
        )
    }

    @Test(arguments: TokenSamples.nasty) func `any text survives in any member, read by hand or by Foundation`(
        text: String
    ) {
        for member in [\TokenClaims.openID, \.appID, \.sessionID, \.tokenID] {
            var claims = TokenSamples.claims
            claims[keyPath: member] = text
            let json = written(claims)
            #expect(TokenPayload.readJSON(json) == .claims(claims))
            #expect(read(json) == .claims(claims))
            let own = readOwn(json)
            #expect(own == nil || own == claims)
        }
    }

    @Test(arguments: [Int64.min, -1, 0, 1, 253_402_300_799, .max]) func `any time survives`(time: Int64) {
        var claims = TokenSamples.claims
        claims.issuedAt = time
        claims.expiresAt = time
        claims.channel = .web
        #expect(readOwn(written(claims)) == (time < 0 ? nil : claims))
        #expect(TokenPayload.readJSON(written(claims)) == .claims(claims))
    }

    /// What a new token says, written with its texts as they are.
    private func writtenAtOnce(_ seed: TokenSeed, _ user: User.Key, _ channel: SessionChannel) -> [UInt8]? {
        TokenPayload.withJSON(
            openID: user.openID.utf8Span.span,
            appID: user.appID.utf8Span.span,
            sessionID: seed.sessionID.characters,
            tokenID: seed.tokenID.characters,
            channel: channel,
            issuedAt: seed.issuedAt,
            expiresAt: seed.expiresAt
        ) { json in
            json.indices.map { json[$0] }
        }
    }

    @Test func `a new token says the same as its claims, or leaves it to them`() throws {
        let random = SecureRandom()
        let signer = try TokenSigner(key: TokenSamples.key(1))
        var (countAtOnce, countLeft) = (0, 0)
        let names =
            ["oGZUI0egBJY1zhBYw2KhdUfwVJJE", "", "用户", String(repeating: "o", count: 2_000)] + TokenSamples.nasty
        let times: [(Int64, Int64)] = [(1_700_000_000, 4_102_444_800), (0, .max), (-1, 1), (1, .min)]
        for openID in names {
            for appID in ["wx4f4bc4dec97d474b", "wx\"", ""] {
                for (issuedAt, expiresAt) in times {
                    let seed = TokenSeed(
                        sessionID: try RandomID(from: random),
                        tokenID: try RandomID(from: random),
                        issuedAt: issuedAt,
                        expiresAt: expiresAt
                    )
                    let user = User.Key(appID: appID, openID: openID)
                    for channel in [SessionChannel.mini, .web] {
                        let atOnce = writtenAtOnce(seed, user, channel)
                        if atOnce == nil { countLeft += 1 } else { countAtOnce += 1 }
                        let claims = seed.claims(of: user, channel: channel)
                        #expect(atOnce == nil || atOnce == written(claims))
                        let token = try signer.sign(
                            seed,
                            sessionID: seed.sessionID.characters,
                            tokenID: seed.tokenID.characters,
                            for: user,
                            channel: channel
                        )
                        #expect(try token == signer.sign(claims))
                    }
                }
            }
        }
        #expect(countAtOnce >= 3 * 2 * 2 * 2 && countLeft > 0)
    }

    @Test(arguments: ["", "-", "-0", "00", "01", "+1", "9223372036854775808", "1.0", "1e3", "99999999999999999999"])
    func `a number in another form than ours is left to Foundation`(number: String) {
        let json = String(decoding: written(TokenSamples.claims), as: UTF8.self)
        #expect(readOwn(Array(json.replacing("4102444800", with: number).utf8)) == nil)
    }

    @Test func `our own form is read without Foundation, and nothing but it`() {
        let json = written(TokenSamples.claims)
        #expect(readOwn(json) == TokenSamples.claims)
        for count in 0..<json.count { #expect(readOwn(Array(json[..<count])) == nil) }
        #expect(readOwn(json + [0x20]) == nil)
    }

    @Test func `where both readers read changed bytes, they read the same`() {
        let json = written(TokenSamples.claims)
        for index in json.indices {
            for byte in Array(" \"\\,:{}0a-".utf8) + [0, 0x1f, 0x7f] {
                var changed = json
                changed[index] = byte
                guard let own = readOwn(changed) else { continue }
                #expect(TokenPayload.readJSON(changed) == .claims(own), "byte \(index) became \(byte)")
            }
        }
    }

    @Test(arguments: [
        "", "{}", "null", "[]", "claims", "{\"iss\":\"wxgate\"}",
        #"{"iss":"wxgate","sub":"o","aud":["wx"],"sid":"s","jti":"j","channel":"mini","iat":1,"exp":2}"#,
        #"{"iss":"wxgate","sub":"o","aud":"wx","sid":"s","jti":"j","channel":"fax","iat":1,"exp":2}"#,
        #"{"iss":"wxgate","sub":"o","aud":"wx","sid":"s","jti":"j","channel":"mini","iat":1,"exp":"2"}"#,
        #"{"iss":"wxgate","sub":"o","aud":"wx","sid":"s","jti":"j","channel":"mini","iat":1,"exp":2.5}"#,
        #"{"iss":"wxgate","sub":"o","aud":"wx","sid":"s","jti":"j","channel":"mini","iat":1,"exp":99999999999999999999}"#,
        #"{"iss":"wxgate","sub":"o","aud":"wx","sid":"s","jti":"j","channel":"mini","iat":1}"#,
        #"{"iss":"wxgate","sub":"o","aud":"wx","sid":null,"jti":"j","channel":"mini","iat":1,"exp":2}"#,
    ])
    func `claims that are not whole are malformed`(json: String) {
        #expect(read(Array(json.utf8)) == .malformed)
    }

    @Test func `another order, space and more members are read, another issuer is not ours`() {
        let rest = #""exp":2,"iat":1,"jti":"j","sid":"s","aud":"wx","sub":"o","channel":"web","nbf":1"#
        guard case .claims(let claims) = read(Array("{ \(rest) , \"iss\":\"wxgate\"}".utf8)) else {
            Issue.record("not read")
            return
        }
        #expect(claims.sessionID == "s" && claims.channel == .web && claims.expiresAt == 2)
        #expect(read(Array("{\(rest),\"iss\":\"other\"}".utf8)) == .foreign)
    }
}
