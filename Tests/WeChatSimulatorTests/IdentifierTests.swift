import Testing

@testable import WeChatSimulator

@Suite struct `Identifiers have WeChat's shapes` {
    @Test func `a code has 32 characters, starts with 0 and repeats part of its head at its end`() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<100 {
            let code = Identifier.code(using: &generator)
            #expect(try #/0[0-9A-Za-z_-]{31}/#.wholeMatch(in: code) != nil)
            let characters = Array(code)
            #expect(characters[3..<7] == characters[27..<31])
        }
    }

    @Test func `an openid has 28 characters and shares the first six with its app's other users`() throws {
        var generator = SeededGenerator(seed: 7)
        let prefix = Identifier.openidPrefix(appid: "wx0123456789abcdef")
        let openid = Identifier.openid(prefix: prefix, using: &generator)
        #expect(try #/o[0-9A-Za-z_-]{27}/#.wholeMatch(in: openid) != nil)
        #expect(openid.hasPrefix(prefix) && prefix.count == 6)
        #expect(Identifier.openidPrefix(appid: "wx0123456789abcdee") != prefix)
    }

    @Test func `the default app's openids start like the published one`() {
        #expect("oGZUI0egBJY1zhBYw2KhdUfwVJJE".hasPrefix(Identifier.openidPrefix(appid: DefaultApp.appid)))
    }

    @Test func `a rid starts with the time in hexadecimal`() throws {
        var generator = SeededGenerator(seed: 7)
        let rid = Identifier.rid(at: start, using: &generator)
        #expect(try #/66c69111-[0-9a-f]{8}-[0-9a-f]{8}/#.wholeMatch(in: rid) != nil)
    }

    @Test func `the other identifiers have the shapes of the facts sheet`() throws {
        var generator = SeededGenerator(seed: 7)
        let appid = Identifier.appid(using: &generator)
        let secret = Identifier.appSecret(using: &generator)
        let phoneCode = Identifier.phoneCode(using: &generator)
        #expect(try #/[0-9a-f]{64}/#.wholeMatch(in: phoneCode) != nil)
        let accessToken = Identifier.accessToken(using: &generator)
        #expect(try #/[0-9]{2}_[0-9A-Za-z_-]{133}/#.wholeMatch(in: accessToken) != nil)
        #expect(SimulatedApp.isAppid(appid))
        #expect(SimulatedApp.isSecret(secret))
        let unionid = Identifier.unionid(using: &generator)
        #expect(try #/o[0-9A-Za-z_-]{27}/#.wholeMatch(in: unionid) != nil)
        let key = Identifier.sessionKey(using: &generator)
        #expect(try #/[0-9A-Za-z+\/]{22}==/#.wholeMatch(in: key) != nil)
        let hint = Identifier.hint(using: &generator)
        #expect(try #/[0-9A-Za-z]{9}-[0-9A-Za-z]{6}/#.wholeMatch(in: hint) != nil)
    }

    @Test func `the same seed makes the same identifiers, another seed others`() {
        var first = SeededGenerator(seed: 1)
        var again = SeededGenerator(seed: 1)
        var other = SeededGenerator(seed: 2)
        let code = Identifier.code(using: &first)
        #expect(Identifier.code(using: &again) == code)
        #expect(Identifier.code(using: &other) != code)
    }
}

@Suite struct `A derived identity` {
    @Test func `is the same for the same name and another for another name or app`() {
        let identity = DerivedIdentity(appid: DefaultApp.appid, name: "alice")
        #expect(identity == DerivedIdentity(appid: DefaultApp.appid, name: "alice"))
        #expect(identity.openid != DerivedIdentity(appid: DefaultApp.appid, name: "bob").openid)
        #expect(identity.openid != DerivedIdentity(appid: "wx0123456789abcdef", name: "alice").openid)
    }

    @Test func `stays what it was in earlier versions, and has the usual shapes`() throws {
        let identity = DerivedIdentity(appid: DefaultApp.appid, name: "alice")
        // Python: d = sha256(b"wx4f4bc4dec97d474b\0alice").digest(); "oGZUI0" + the characters d[i] & 63; base64(d[16:])
        #expect(identity.openid == "oGZUI0HDeKUjp8fZTpYSkf17hNcC")
        #expect(identity.sessionKey == "AYdrV+bMaeO/IgHzlEr3Sw==")
    }
}
