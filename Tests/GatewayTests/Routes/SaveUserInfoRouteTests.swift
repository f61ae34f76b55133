import HTTP
import HTTPServer
import OpenSSL
import TestSupport
import Testing
import WeChat

@testable import Gateway

/// `POST /api/v1/wx/saveUserInfo`, sentence by sentence (contract section 3).
@Suite struct SaveUserInfoRouteTests {
    private typealias Vectors = UserDataVectors

    private let fixture: UserFixture
    private let route: SaveUserInfoRoute

    init() throws {
        fixture = try UserFixture()
        route = SaveUserInfoRoute(sessions: fixture.sessions, users: fixture.service)
    }

    private func save(_ members: [String: String], token: String) async -> String {
        let form = members.map { "\($0.key)=\(PercentEncoding.encode($0.value))" }.joined(separator: "&")
        return await line {
            let request = try GatewaySamples.request(
                headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/x-www-form-urlencoded"],
                body: form
            )
            return try await route.respond(to: request)
        }
    }

    private func save(_ members: [String: String]) async throws -> String {
        await save(members, token: try await fixture.logIn())
    }

    private func savedProfile() async throws -> UserProfile? {
        try await fixture.users.user(UserFixture.key)?.profile
    }

    private func signature(of rawData: String) throws -> String {
        let bytes = Array((rawData + Vectors.sessionKey).utf8)
        let digest = try Digest.sha1(bytes.span)
        return Hex.encode(digest.span)
    }

    private static let plain = ["nickName": "微信 😀", "avatarUrl": "https://a.example/b?c=%20#d"]

    // MARK: - Plain members

    @Test func `a name and a picture are saved, bring the id, and the reply is as userInfo`() async throws {
        let token = try await fixture.logIn()
        let reply = await save(Self.plain, token: token)
        #expect(
            reply
                == #"200 {"id":"1","openid":"\#(UserFixture.key.openID)","nickName":"微信 😀","#
                + #""avatarUrl":"https://a.example/b?c=%20#d","isBindingMobile":false,"#
                + #""createdAt":"2023-11-14T22:13:20Z","lastLoginAt":"2023-11-14T22:13:20Z"}"#
        )
        let info = UserInfoRoute(sessions: fixture.sessions, users: fixture.service)
        #expect(await line { try await info.respond(to: try GatewaySamples.authorized(.get, "/", token)) } == reply)
        // The second one changes the name and keeps the id.
        #expect(await save(Self.plain.merging(["nickName": "n"]) { $1 }, token: token).contains(#""id":"1""#))
        #expect(try await savedProfile()?.nickName == "n")
    }

    @Test(arguments: [
        ("nickName", "", "nickName is missing."), ("avatarUrl", "", "avatarUrl is missing."),
        ("nickName", String(repeating: "微", count: 65), "nickName is longer than 64 characters."),
        ("nickName", String(repeating: "e\u{301}", count: 300), "nickName is longer than 512 characters."),
        ("nickName", "a\nb", "nickName contains a control character."),
        ("nickName", "a\u{0}", "nickName contains a control character."),
        ("nickName", "\u{7f}", "nickName contains a control character."),
        ("nickName", "a\u{85}b", "nickName contains a control character."),
        ("nickName", "a\u{2028}b", "nickName contains a control character."),
        (
            "avatarUrl", "https://a.example/" + String(repeating: "b", count: 1_007),
            "avatarUrl is longer than 1024 characters."
        ),
        ("avatarUrl", "http://a.example/b", "avatarUrl is not an https URL."),
        ("avatarUrl", "wxfile://tmp/b.png", "avatarUrl is not an https URL."),
        ("avatarUrl", "//a.example/b", "avatarUrl is not an https URL."),
        ("avatarUrl", "https:a.example/b", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://", "avatarUrl is not an https URL."),
        ("avatarUrl", "https:///b", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://?b", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://:443/b", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://good.example@a.example/b", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://a.example/微", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://a.example/b c", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://a.example/b\"onerror=\"x", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://a.example/<b>", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://a.example/%4", "avatarUrl is not an https URL."),
        ("avatarUrl", "https://a.example/%zz", "avatarUrl is not an https URL."),
        ("avatarUrl", "javascript:https://a.example/b", "avatarUrl is not an https URL."),
    ]) func `a member that is missing or not right is named, and nothing is saved`(
        name: String,
        value: String,
        detail: String
    ) async throws {
        #expect(try await save(Self.plain.merging([name: value]) { $1 }) == "400 invalid_request: \(detail)")
        #expect(try await savedProfile() == nil)
    }

    @Test(arguments: [
        ("nickName", String(repeating: "微", count: 64)), ("nickName", " "),
        ("nickName", String(repeating: "👨‍👩‍👧‍👦", count: 64)), ("nickName", "微信用户"),
        ("avatarUrl", "https://a.example/" + String(repeating: "b", count: 1_006)), ("avatarUrl", "HTTPS://a.example"),
        ("avatarUrl", "https://[2001:db8::1]:8443/%e5%BE%AE~!$&'()*+,;=:@"),
    ]) func `what is just right is saved`(name: String, value: String) async throws {
        #expect(try await save(Self.plain.merging([name: value]) { $1 }).hasPrefix("200"))
        let profile = try #require(try await savedProfile())
        #expect((name == "nickName" ? profile.nickName : profile.avatarURL) == value)
    }

    // MARK: - The openid

    @Test func `an openid must be the token's own, and is looked at before anything else`() async throws {
        let own = Self.plain.merging(["openid": UserFixture.key.openID]) { $1 }
        #expect(try await save(own).hasPrefix("200"))
        let foreign = own.merging(["openid": "oOther", "nickName": "thief", "signature": "x"]) { $1 }
        #expect(try await save(foreign) == "403 forbidden: openid is not that of the token.")
        #expect(try await savedProfile()?.nickName == Self.plain["nickName"])
        #expect(try await fixture.users.user(User.Key(appID: GatewaySamples.appID, openID: "oOther")) == nil)
        let token = try await fixture.logIn()
        let number = await line {
            try await route.respond(to: try GatewaySamples.authorized(.post, "/", token, json: #"{"openid":1}"#))
        }
        #expect(number == "400 invalid_request: openid is not a string.")
    }

    // MARK: - User data

    @Test func `encrypted data wins over signed data, and that over plain members`() async throws {
        let rawData = #"{"nickName":"signed","avatarUrl":"http://a.example/signed"}"#
        let signed = ["rawData": rawData, "signature": try signature(of: rawData)]
        let encrypted = ["encryptedData": Vectors.encryptedA, "iv": Vectors.iv]
        #expect(try await save(Self.plain.merging(signed) { $1 }).hasPrefix("200"))
        #expect(try await savedProfile() == UserProfile(nickName: "signed", avatarURL: "http://a.example/signed"))
        #expect(try await save(signed.merging(encrypted) { $1 }.merging(Self.plain) { $1 }).hasPrefix("200"))
        #expect(try await savedProfile()?.nickName == "Band")
        #expect(try await savedProfile()?.avatarURL?.hasPrefix("http://wx.qlogo.cn/") == true)
    }

    @Test func `plain members that the proven ones stand in for may be anything`() async throws {
        let encrypted = ["encryptedData": Vectors.encryptedA, "iv": Vectors.iv, "avatarUrl": "http://tmp/x"]
        #expect(try await save(encrypted).hasPrefix("200"))
    }

    @Test func `an anonymous profile is none: then the plain members count, or are missed`() async throws {
        let encrypted = ["encryptedData": Vectors.encryptedD, "iv": Vectors.iv]
        let signed = ["rawData": Vectors.rawDataD, "signature": Vectors.signatureD]
        for data in [encrypted, signed, encrypted.merging(signed) { $1 }] {
            #expect(try await save(data) == "400 invalid_request: nickName is missing.")
            #expect(
                try await save(data.merging(["nickName": "n"]) { $1 }) == "400 invalid_request: avatarUrl is missing."
            )
            #expect(try await savedProfile() == nil)
        }
        #expect(try await save(encrypted.merging(Self.plain) { $1 }).hasPrefix("200"))
        #expect(try await savedProfile()?.nickName == Self.plain["nickName"])
    }

    @Test func `data that does not hold is refused though plain members are there, and nothing is saved`() async throws
    {
        let cases: [([String: String], String)] = [
            (["rawData": "{}", "signature": "00"], "400 invalid_signature"),
            (["encryptedData": "AAAA", "iv": Vectors.iv], "400 decrypt_failed"),
            (["encryptedData": Vectors.encryptedA, "iv": "AAAAAAAAAAAAAAAAAAAAAA=="], "409 session_key_expired"),
            (["rawData": "{}"], "400 invalid_request: signature is missing"),
            (["iv": Vectors.iv], "400 invalid_request: encryptedData is missing"),
        ]
        for (data, expected) in cases {
            #expect(try await save(data.merging(Self.plain) { $1 }).hasPrefix(expected))
        }
        #expect(try await savedProfile() == nil)
    }

    @Test func `data of another user or another app is refused`() async throws {
        let data = ["encryptedData": Vectors.encryptedA, "iv": Vectors.iv]
        let other = try await fixture.logIn(User.Key(appID: GatewaySamples.appID, openID: "oOther"))
        #expect(await save(data, token: other) == "403 forbidden: The encrypted data is of another user.")
        let foreign = try await fixture.logIn(User.Key(appID: "wx2", openID: UserFixture.key.openID))
        #expect(await save(data, token: foreign).hasPrefix("400 watermark_mismatch"))
    }

    @Test func `the keys before the newest serve too`() async throws {
        try await fixture.logIn()
        let token = try await fixture.logIn(sessionKey: Vectors.sessionKeyB)
        #expect(await save(["encryptedData": Vectors.encryptedA, "iv": Vectors.iv], token: token).hasPrefix("200"))
        let rawData = #"{"nickName":"signed"}"#
        let signed = ["rawData": rawData, "signature": try signature(of: rawData)]
        #expect(await save(signed, token: token).contains(#""nickName":"signed","avatarUrl":"""#))
    }

    @Test func `a user who was erased since the check is told that the session is gone`() async throws {
        let token = try await fixture.logIn()
        _ = try await fixture.users.erase(UserFixture.key)
        let gone = "401 invalid_token: A newer login took the place of this session."
        #expect(await save(Self.plain, token: token) == gone)
        #expect(await save(["encryptedData": Vectors.encryptedA, "iv": Vectors.iv], token: token) == gone)
        #expect(try await fixture.users.user(UserFixture.key) == nil)
    }

    @Test func `without a token nothing is even read`() async throws {
        #expect(await line { try await route.respond(to: try GatewaySamples.request(body: "{")) }.hasPrefix("401"))
    }
}
