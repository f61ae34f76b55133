import HTTP
import HTTPServer
import TestSupport
import Testing
import WeChat

@testable import Gateway

/// `POST /api/v1/wx/phone`, sentence by sentence (contract section 3).
@Suite struct PhoneRouteTests {
    private typealias Vectors = UserDataVectors

    private static let code = String(repeating: "a1", count: 32)
    private static let reply =
        #"200 {"phoneNumber":"13580006666","purePhoneNumber":"13580006666","countryCode":"86"}"#

    private let fixture: UserFixture
    private let route: PhoneRoute

    init() throws {
        fixture = try UserFixture()
        route = PhoneRoute(sessions: fixture.sessions, users: fixture.service)
    }

    private func bind(_ json: String, token: String? = nil) async throws -> String {
        let token = if let token { token } else { try await fixture.logIn() }
        return await line {
            try await route.respond(to: try GatewaySamples.authorized(.post, "/", token, json: json))
        }
    }

    private func number(_ phone: String = "13580006666", appID: String = GatewaySamples.appID) -> PhoneNumber {
        PhoneNumber(phoneNumber: phone, purePhoneNumber: "13580006666", countryCode: "86", appID: appID)
    }

    private func isBound(_ key: User.Key = UserFixture.key) async throws -> Bool {
        try await fixture.users.user(key)?.isMobileBound == true
    }

    private func json(_ data: String, iv: String = Vectors.iv) -> String {
        #"{"encryptedData":"\#(data)","iv":"\#(iv)"}"#
    }

    // MARK: - By code

    @Test func `a code is exchanged with the session's openid; the number is bound and told to its owner`() async throws
    {
        fixture.weChat.number = .success(number())
        #expect(try await bind(#"{"code":"\#(Self.code)"}"#) == Self.reply)
        #expect(fixture.weChat.calls == ["phone \(GatewaySamples.appID) \(UserFixture.key.openID) \(Self.code)"])
        let info = UserInfoRoute(sessions: fixture.sessions, users: fixture.service)
        let token = try await fixture.logIn()
        let known = await line { try await info.respond(to: try GatewaySamples.authorized(.get, "/", token)) }
        #expect(known.contains(#""isBindingMobile":true"#) && !known.contains("13580006666"))
    }

    @Test func `a number whose watermark is another app's is refused`() async throws {
        fixture.weChat.number = .success(number(appID: "wx0000000000000000"))
        #expect(try await bind(#"{"code":"c"}"#).hasPrefix("400 watermark_mismatch"))
        #expect(try await !isBound())
    }

    @Test(arguments: [
        (40029, "400 invalid_code"), (45011, "429 rate_limited"), (40013, "502 app_misconfigured"),
        (-1, "503 upstream_busy"),
    ]) func `WeChat's refusals are told as everywhere`(errcode: Int, expected: String) async throws {
        fixture.weChat.number = .failure(.refused(WeChatRefusal(errcode: errcode, errmsg: "no")))
        #expect(try await bind(#"{"code":"c"}"#).hasPrefix(expected))
        #expect(try await !isBound())
    }

    @Test func `a failed call is logged without the code`() async throws {
        fixture.weChat.number = .failure(.timeout)
        #expect(try await bind(#"{"code":"\#(Self.code)"}"#).hasPrefix("504 upstream_timeout"))
        #expect(fixture.log.lines.contains { $0.contains("api=getuserphonenumber") && $0.hasPrefix("warning") })
        #expect(!fixture.log.lines.joined().contains(Self.code))
    }

    @Test(arguments: ["a b", "a/b", "微", #"a\u0000"#])
    func `a code of other characters never reaches WeChat`(code: String) async throws {
        #expect(try await bind(#"{"code":"\#(code)"}"#).hasPrefix("400 invalid_request: code is not"))
        #expect(fixture.weChat.calls.isEmpty)
    }

    @Test func `an app that is configured no more has no secret to call with`() async throws {
        let key = User.Key(appID: "wxgone", openID: "o1")
        let token = try await fixture.logIn(key)
        #expect(try await bind(#"{"code":"c"}"#, token: token) == "400 unknown_app: This appid is not configured.")
        #expect(fixture.weChat.calls.isEmpty)
    }

    // MARK: - By encrypted data

    @Test func `encrypted data gives the number without a call of WeChat`() async throws {
        #expect(try await bind(json(Vectors.encryptedC)) == Self.reply)
        #expect(try await isBound() && fixture.weChat.calls.isEmpty)
    }

    @Test func `the keys before the newest serve too`() async throws {
        try await fixture.logIn()
        let token = try await fixture.logIn(sessionKey: Vectors.sessionKeyB)
        #expect(try await bind(json(Vectors.encryptedC), token: token) == Self.reply)
    }

    @Test func `data that holds no phone number is refused by name`() async throws {
        for data in [Vectors.encryptedA, Vectors.encryptedD] {
            #expect(try await bind(json(data)) == "400 invalid_request: encryptedData holds no phone number.")
        }
        #expect(try await !isBound())
    }

    @Test func `what does not decrypt is refused as everywhere`() async throws {
        #expect(try await bind(json("AAAA")).hasPrefix("400 decrypt_failed"))
        #expect(try await bind(json(Vectors.encryptedC, iv: "AAAA")).hasPrefix("400 decrypt_failed"))
        let stale = try await fixture.logIn(User.Key(appID: GatewaySamples.appID, openID: "o2"), sessionKey: nil)
        #expect(try await bind(json(Vectors.encryptedC), token: stale).hasPrefix("409 session_key_expired"))
        let foreign = try await fixture.logIn(User.Key(appID: "wx2", openID: "o1"))
        #expect(try await bind(json(Vectors.encryptedC), token: foreign).hasPrefix("400 watermark_mismatch"))
    }

    // MARK: - Both or neither

    @Test func `it is one or the other`() async throws {
        #expect(
            try await bind("{}") == "400 invalid_request: code is missing, and so are encryptedData and iv."
        )
        let both = #"{"code":"c","encryptedData":"\#(Vectors.encryptedC)","iv":"\#(Vectors.iv)"}"#
        #expect(
            try await bind(both) == "400 invalid_request: code and encryptedData are both there; send one of them."
        )
        #expect(
            try await bind(#"{"iv":"AAAA"}"#)
                == "400 invalid_request: encryptedData is missing, though iv is there."
        )
        #expect(fixture.weChat.calls.isEmpty)
    }

    // MARK: - At rest

    @Test func `the number is kept sealed, for its user and purpose only`() async throws {
        fixture.weChat.number = .success(number("+8613580006666"))
        #expect(try await bind(#"{"code":"c"}"#).hasPrefix("200"))
        let user = try #require(try await fixture.users.user(UserFixture.key))
        let sealed = try #require(user.phone)
        #expect(!String(decoding: sealed.bytes, as: UTF8.self).contains("1358"))
        #expect(try fixture.administration.phone(of: user) == BoundPhone(number("+8613580006666")))
        #expect(try fixture.records.open(sealed, for: .sessionKey, of: UserFixture.key) == nil)
        #expect(
            try fixture.records.open(sealed, for: .phone, of: User.Key(appID: GatewaySamples.appID, openID: "o")) == nil
        )
    }

    @Test func `a number prints as redacted`() {
        #expect("\(BoundPhone(number()))" == "<BoundPhone, redacted>")
    }

    @Test func `a user who was erased meanwhile is told that the session is gone`() async throws {
        fixture.weChat.number = .success(number())
        let users = fixture.users
        fixture.weChat.meanwhile = { _ = try await users.erase(UserFixture.key) }
        #expect(
            try await bind(#"{"code":"c"}"#)
                == "401 invalid_token: A newer login took the place of this session."
        )
        #expect(try await fixture.users.user(UserFixture.key) == nil)
    }
}
