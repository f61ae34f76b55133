import Testing
import WeChat

@Suite struct SecretTypesTests {
    @Test func `a session_key keeps its text and its bytes`() throws {
        let key = try #require(SessionKey("tiihtNczf5v6AKRyjwEUhQ=="))
        #expect(key.string == "tiihtNczf5v6AKRyjwEUhQ==")
        #expect(
            (0..<16).map { key.bytes[$0] } == [182, 40, 161, 180, 215, 51, 127, 155, 250, 0, 164, 114, 143, 1, 20, 133]
        )
        #expect(key == SessionKey("tiihtNczf5v6AKRyjwEUhQ=="))
        #expect(key != SessionKey("HyVFkGl5F5OQWJZZaNzBBg=="))
    }

    @Test(arguments: [
        "", "tiihtNczf5v6AKRyjwEUhQ", "tiihtNczf5v6AKRyjwEUhQ=", "tiihtNczf5v6AKRyjwEUhR==", "tiihtNczf5v6AKRyjwEU",
        "tiihtNczf5v6AKRyjwEUhQAA", " tiihtNczf5v6AKRyjwEUhQ==", "tiihtNczf5v6AKRyjwEUhQ%3D%3D",
    ])
    func `a session_key is the one text of sixteen bytes`(text: String) {
        #expect(SessionKey(text) == nil)
    }

    @Test func `a login code is 1 to 256 url-safe characters`() {
        for good in ["0", "0716AVll20uHk94SLDml27etM946AVlq", "a-b_c.d", String(repeating: "x", count: 256)] {
            #expect(LoginCode(good)?.string == good)
        }
        for bad in [
            "", " ", "a b", "a&b", "a=b", "a/b", "a+b", "é", "码", "a\n", "a%41", String(repeating: "x", count: 257),
        ] {
            #expect(LoginCode(bad) == nil)
        }
    }

    @Test func `a phone code is 1 to 256 url-safe characters`() {
        let real = String(repeating: "0f", count: 32)
        for good in ["0", real, "a-b_c.d", String(repeating: "x", count: 256)] {
            #expect(PhoneCode(good)?.string == good)
        }
        for bad in ["", " ", "a&b", "a/b", "a+b", "\"", "码", "a\n", String(repeating: "x", count: 257)] {
            #expect(PhoneCode(bad) == nil)
        }
    }

    @Test func `an access_token is up to 512 visible characters`() {
        for good in ["98_a-b_C", "a/b+c=", String(repeating: "x", count: 512)] {
            #expect(AccessToken(good)?.string == good)
        }
        for bad in ["", "a b", "a\n", "é", String(repeating: "x", count: 513)] { #expect(AccessToken(bad) == nil) }
    }

    @Test func `an appid and a secret are bounded visible text`() {
        #expect(AppID("wx4f4bc4dec97d474b")?.description == "wx4f4bc4dec97d474b")
        for bad in ["", "wx 1", "wx/1", "wx\n", "微信", String(repeating: "w", count: 65)] { #expect(AppID(bad) == nil) }
        #expect(AppSecret("0123456789abcdef0123456789abcdef")?.string.count == 32)
        for bad in ["", "a b", "a\n", "é", String(repeating: "s", count: 129)] { #expect(AppSecret(bad) == nil) }
    }

    @Test func `no secret prints, not even inside another value`() throws {
        let key = try #require(SessionKey("tiihtNczf5v6AKRyjwEUhQ=="))
        let secret = try #require(AppSecret("tii-secret"))
        let code = try #require(LoginCode("tii-code"))
        let app = WeChatApp(id: try #require(AppID("wx1")), secret: secret)
        let token = IssuedAccessToken(token: try #require(AccessToken("tii-token")), expiresIn: 7200)
        let phoneCode = try #require(PhoneCode("tii-phone"))
        let number = PhoneNumber(phoneNumber: "tii", purePhoneNumber: "tii", countryCode: "tii", appID: "wx1")
        let session = WeChatSession(openID: "o1", unionID: nil, sessionKey: key)
        var text =
            "\(token) \(phoneCode) \(number) \(key) \(secret) \(code) \(app) \(session) \([key]) \(String(reflecting: session))"
        dump(session, to: &text)
        dump([code], to: &text)
        dump(app, to: &text)
        dump(token, to: &text)
        dump([phoneCode], to: &text)
        dump(number, to: &text)
        #expect(!text.contains("tii") && !text.contains("182"))
    }
}
