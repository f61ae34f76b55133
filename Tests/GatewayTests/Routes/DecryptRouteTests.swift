import HTTP
import HTTPServer
import TestSupport
import Testing
import WeChat

@testable import Gateway

/// `POST /api/v1/wx/decrypt`, sentence by sentence (contract section 3).
@Suite struct DecryptRouteTests {
    private typealias Vectors = UserDataVectors

    private static let keys = [
        GatewaySamples.sessionKey, Vectors.sessionKeyB, "AAAAAAAAAAAAAAAAAAAAAA==", "AQEBAQEBAQEBAQEBAQEBAQ==",
    ]
    private static let threeDays: Int64 = 3 * 86_400

    private let fixture: UserFixture
    private let route: DecryptRoute

    init() throws {
        fixture = try UserFixture()
        route = DecryptRoute(sessions: fixture.sessions, users: fixture.service)
    }

    private func decrypt(
        _ data: String = Vectors.encryptedA,
        iv: String = Vectors.iv,
        more: String = "",
        token: String
    ) async -> String {
        let json = #"{"encryptedData":"\#(data)","iv":"\#(iv)"\#(more)}"#
        return await line { try await route.respond(to: try GatewaySamples.authorized(.post, "/", token, json: json)) }
    }

    @Test func `the reply is the decrypted JSON as it is`() async throws {
        let token = try await fixture.logIn()
        for (data, plaintext) in [
            (Vectors.encryptedA, Vectors.plaintextA), (Vectors.encryptedC, Vectors.plaintextC),
            (Vectors.encryptedD, Vectors.plaintextD),
        ] { #expect(await decrypt(data, token: token) == "200 \(plaintext)") }
        let json = #"{"encryptedData":"\#(Vectors.encryptedA)","iv":"\#(Vectors.iv)"}"#
        let response = try await route.respond(to: try GatewaySamples.authorized(.post, "/", token, json: json))
        #expect(response.headers.contains { $0 == ("Content-Type", "application/json") })
        #expect(response.headers.contains { $0 == ("Cache-Control", "no-store") })
    }

    @Test func `the two keys before the newest are tried too, the third is not`() async throws {
        var token = ""
        for (logins, key) in Self.keys.enumerated() {
            token = try await fixture.logIn(sessionKey: key)
            let expected = logins < 3 ? "200 {" : "409 session_key_expired"
            #expect(await decrypt(token: token).hasPrefix(expected), "after \(logins) more logins")
        }
    }

    @Test func `a displaced key serves for three days, the newest for good`() async throws {
        try await fixture.logIn()
        let token = try await fixture.logIn(sessionKey: Vectors.sessionKeyB)
        fixture.clock.advance(seconds: Self.threeDays - 1)
        #expect(await decrypt(token: token).hasPrefix("200"))
        fixture.clock.advance(seconds: 1)
        #expect(await decrypt(token: token).hasPrefix("409 session_key_expired"))
        let other = User.Key(appID: GatewaySamples.appID, openID: "o2")
        let kept = try await fixture.logIn(other)
        fixture.clock.advance(seconds: Self.threeDays + 1)
        #expect(await decrypt(Vectors.encryptedC, token: kept).hasPrefix("200"))
    }

    @Test func `the same key again displaces nothing`() async throws {
        for key in [Self.keys[0], Self.keys[1], Self.keys[1], Self.keys[1], Self.keys[2]] {
            try await fixture.logIn(sessionKey: key)
        }
        #expect(await decrypt(token: try await fixture.logIn(sessionKey: Self.keys[2])).hasPrefix("200"))
    }

    @Test func `a key that no data key opens any more counts as not there`() async throws {
        let token = try await fixture.logIn()
        let rotated = try UserFixture(dataKeys: [2, 1], stores: fixture)
        let lost = try UserFixture(dataKeys: [2], stores: fixture)
        let json = #"{"encryptedData":"\#(Vectors.encryptedA)","iv":"\#(Vectors.iv)"}"#
        for (other, expected) in [(rotated, "200 {"), (lost, "409 session_key_expired")] {
            let route = DecryptRoute(sessions: other.sessions, users: other.service)
            let reply = await line {
                try await route.respond(to: try GatewaySamples.authorized(.post, "/", token, json: json))
            }
            #expect(reply.hasPrefix(expected))
        }
    }

    @Test func `session_keys are kept sealed`() async throws {
        try await fixture.logIn()
        for record in try await fixture.users.sessionKeys(of: UserFixture.key, now: 0) {
            #expect(!String(decoding: record.bytes, as: UTF8.self).contains("tiihtNczf5v6AKRyjwEUhQ"))
        }
    }

    @Test func `without any key malformed data is decrypt_failed and everything else session_key_expired`() async throws
    {
        let token = try await fixture.logIn(sessionKey: nil)
        #expect(await decrypt("AAAA", token: token).hasPrefix("400 decrypt_failed"))
        #expect(await decrypt(iv: "AAAA", token: token).hasPrefix("400 decrypt_failed"))
        #expect(await decrypt(token: token).hasPrefix("409 session_key_expired"))
        // Newer logins without a key of their own leave the one there is.
        try await fixture.logIn()
        #expect(await decrypt(token: try await fixture.logIn(sessionKey: nil)).hasPrefix("200"))
    }

    @Test func `data of another app or another user is refused`() async throws {
        let foreign = try await fixture.logIn(User.Key(appID: "wx2", openID: UserFixture.key.openID))
        #expect(await decrypt(token: foreign).hasPrefix("400 watermark_mismatch"))
        let other = try await fixture.logIn(User.Key(appID: GatewaySamples.appID, openID: "o2"))
        #expect(await decrypt(token: other) == "403 forbidden: The encrypted data is of another user.")
    }

    @Test func `a signature is checked first, under any of the keys`() async throws {
        let signed =
            #","rawData":"\#(Vectors.rawDataD.replacing("\"", with: "\\\""))","signature":"\#(Vectors.signatureD)""#
        let token = try await fixture.logIn()
        #expect(await decrypt(more: signed, token: token).hasPrefix("200"))
        let newer = try await fixture.logIn(sessionKey: Vectors.sessionKeyB)
        #expect(await decrypt(more: signed, token: newer).hasPrefix("200"))
        let wrong = #","rawData":"{}","signature":"00""#
        #expect(await decrypt(more: wrong, token: newer).hasPrefix("400 invalid_signature"))
        #expect(await decrypt("AAAA", more: wrong, token: newer).hasPrefix("400 invalid_signature"))
        #expect(
            await decrypt(more: #","rawData":"{}""#, token: newer)
                == "400 invalid_request: signature is missing, though rawData is there."
        )
    }

    @Test func `encryptedData and iv must be there`() async throws {
        let token = try await fixture.logIn()
        for (json, detail) in [
            ("{}", "encryptedData is missing."), (#"{"iv":"x"}"#, "encryptedData is missing, though iv is there."),
            (#"{"encryptedData":"x"}"#, "iv is missing, though encryptedData is there."),
            (#"{"encryptedData":1,"iv":"x"}"#, "encryptedData is not a string."),
        ] {
            let reply = await line {
                try await route.respond(to: try GatewaySamples.authorized(.post, "/", token, json: json))
            }
            #expect(reply == "400 invalid_request: \(detail)")
        }
    }

    @Test func `an app that is configured no more needs no secret for this`() async throws {
        let elsewhere = try UserFixture(appIDs: ["wx2"], stores: fixture)
        let token = try await fixture.logIn()
        let route = DecryptRoute(sessions: elsewhere.sessions, users: elsewhere.service)
        let json = #"{"encryptedData":"\#(Vectors.encryptedA)","iv":"\#(Vectors.iv)"}"#
        let request = try GatewaySamples.authorized(.post, "/", token, json: json)
        #expect(await line { try await route.respond(to: request) }.hasPrefix("200"))
    }

    @Test func `a user who was erased since the check is told that the session is gone`() async throws {
        let token = try await fixture.logIn()
        _ = try await fixture.users.erase(UserFixture.key)
        #expect(await decrypt(token: token) == "401 invalid_token: A newer login took the place of this session.")
    }
}
