import Foundation
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// User data through the login endpoint (`wechat-api.md` section 8).
    @Suite struct UserDataTests {
        private typealias Vectors = UserDataVectors

        /// Logs a user in whose session_key at WeChat is the one given, with these members besides the code.
        private static func logIn(
            _ harness: GatewayHarness,
            by client: KeepAliveClient,
            openid: String = Vectors.openid,
            sessionKey: String = Vectors.sessionKey,
            code: String? = nil,
            _ members: [String: String]
        ) throws -> HTTPReply {
            try harness.simulator.updateUser(.openid(openid)) { $0.pin(sessionKey: sessionKey) }
            var members = members
            members["code"] = try code ?? harness.code(of: openid)
            let body = try JSONSerialization.data(withJSONObject: members)
            return try client.post(KeepAliveClient.login, json: String(decoding: body, as: UTF8.self))
        }

        private static func expectProfile(_ reply: HTTPReply, id: String, nickName: String, avatar: String) throws {
            let json = try reply.json()
            #expect(json["id"] as? String == id)
            let info = try #require(json["userInfo"] as? [String: Any])
            #expect(Set(info.keys) == ["nickName", "avatarUrl", "isBindingMobile"])
            #expect(info["nickName"] as? String == nickName)
            #expect(info["avatarUrl"] as? String == avatar)
            #expect(info["isBindingMobile"] as? Bool == false)
        }

        @Test func `WeChat's encrypted vector is saved, and told in this login and all later ones`() async throws {
            try await withGateway({ $0.loops = 2 }) { harness in
                let client = try harness.connect()
                let members = ["encryptedData": Vectors.encryptedA, "iv": Vectors.iv]
                let login = try Self.logIn(harness, by: client, members)
                let token = try expectLogin(
                    login,
                    openid: Vectors.openid,
                    isNew: true,
                    with: ["id", "userInfo"]
                )
                try Self.expectProfile(login, id: "1", nickName: "Band", avatar: Vectors.avatarA)
                #expect(try client.session(token).string("id") == "1")

                let later = try harness.connect().logIn(harness.code(of: Vectors.openid))
                try expectLogin(later, openid: Vectors.openid, isNew: false, with: ["id", "userInfo"])
                try Self.expectProfile(later, id: "1", nickName: "Band", avatar: Vectors.avatarA)
            }
        }

        @Test func `WeChat's signed vector is saved, and the next user gets the next id`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let members = ["rawData": Vectors.rawDataB, "signature": Vectors.signatureB]
                for id in 1...2 {
                    let login = try Self.logIn(
                        harness,
                        by: client,
                        openid: "o-\(id)",
                        sessionKey: Vectors.sessionKeyB,
                        members
                    )
                    try expectLogin(login, openid: "o-\(id)", isNew: true, with: ["id", "userInfo"])
                    let avatar = try #require(Vectors.rawDataB.components(separatedBy: "\"avatarUrl\":\"").last)
                    try Self.expectProfile(login, id: "\(id)", nickName: "Band", avatar: String(avatar.dropLast(2)))
                }
            }
        }

        @Test(arguments: [
            ["encryptedData": UserDataVectors.encryptedC],
            ["encryptedData": UserDataVectors.encryptedD],
            ["rawData": UserDataVectors.rawDataD, "signature": UserDataVectors.signatureD],
        ])
        func `a phone number and an anonymous profile are good, and no profile`(
            members: [String: String]
        ) async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                var members = members
                if members["encryptedData"] != nil { members["iv"] = Vectors.iv }
                try expectLogin(Self.logIn(harness, by: client, members), openid: Vectors.openid, isNew: true)
                try expectLogin(client.logIn(harness.code(of: Vectors.openid)), openid: Vectors.openid, isNew: false)
            }
        }

        /// What a login with this user data comes to.
        struct Refusal: Sendable, CustomTestStringConvertible {
            let name: String
            let status: Int
            let error: String
            let members: [String: String]
            var openid = UserDataVectors.openid
            var sessionKey = UserDataVectors.sessionKey

            init(_ name: String, _ status: Int, _ error: String, _ members: [String: String]) {
                (self.name, self.status, self.error, self.members) = (name, status, error, members)
            }

            init(_ name: String, _ status: Int, _ error: String, data: String, iv: String = UserDataVectors.iv) {
                self.init(name, status, error, ["encryptedData": data, "iv": iv])
            }

            func with(openid: String? = nil, sessionKey: String? = nil) -> Refusal {
                var copy = self
                copy.openid = openid ?? self.openid
                copy.sessionKey = sessionKey ?? self.sessionKey
                return copy
            }

            var testDescription: String { name }

            private static func signed(_ signature: String) -> [String: String] {
                ["rawData": UserDataVectors.rawDataD, "signature": signature]
            }

            static let all: [Refusal] = [
                Refusal("signature of other data", 400, "invalid_signature", signed(UserDataVectors.signatureB)),
                Refusal("signature cut short", 400, "invalid_signature", signed("b0969d12")),
                Refusal("no hex in the signature", 400, "invalid_signature", signed("zz")),
                Refusal("signature by another key", 400, "invalid_signature", signed(UserDataVectors.signatureD))
                    .with(sessionKey: UserDataVectors.sessionKeyB),
                Refusal("no base64", 400, "decrypt_failed", data: "!!!!"),
                Refusal("base64 without padding", 400, "decrypt_failed", data: UserDataVectors.encryptedC + "A"),
                Refusal("no whole blocks", 400, "decrypt_failed", data: "AAAA"),
                Refusal("an iv of 15 bytes", 400, "decrypt_failed", data: UserDataVectors.encryptedC, iv: iv(15)),
                Refusal("an iv of 17 bytes", 400, "decrypt_failed", data: UserDataVectors.encryptedC, iv: iv(17)),
                Refusal("an iv that is no base64", 400, "decrypt_failed", data: UserDataVectors.encryptedC, iv: "%"),
                Refusal("another key", 409, "session_key_expired", data: UserDataVectors.encryptedA)
                    .with(sessionKey: UserDataVectors.sessionKeyB),
                Refusal("no JSON", 409, "session_key_expired", data: UserDataVectors.encryptedText),
                Refusal("no watermark", 409, "session_key_expired", data: UserDataVectors.encryptedWithoutWatermark),
                Refusal("another app", 400, "watermark_mismatch", data: UserDataVectors.encryptedOfOtherApp),
                Refusal("another user", 403, "forbidden", data: UserDataVectors.encryptedA).with(openid: "o-thief"),
                Refusal(
                    "good signature, bad data",
                    400,
                    "decrypt_failed",
                    signed(UserDataVectors.signatureD).merging(["encryptedData": "AAAA", "iv": iv(16)]) { $1 }
                ),
                Refusal(
                    "bad signature, good data",
                    400,
                    "invalid_signature",
                    signed("00").merging([
                        "encryptedData": UserDataVectors.encryptedC, "iv": UserDataVectors.iv,
                    ]) { $1 }
                ),
            ]

            private static func iv(_ count: Int) -> String {
                Data(repeating: 7, count: count).base64EncodedString()
            }
        }

        @Test(arguments: Refusal.all)
        func `user data that does not hold issues no session, and its code can still be used`(
            refusal: Refusal
        ) async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                let live = try client.logIn(harness.code(of: refusal.openid)).string("token")
                let code = try harness.code(of: refusal.openid)
                let reply = try Self.logIn(
                    harness,
                    by: client,
                    openid: refusal.openid,
                    sessionKey: refusal.sessionKey,
                    code: code,
                    refusal.members
                )
                expectProblem(reply, refusal.status, refusal.error)
                // The session before it lives on, so none took its place.
                #expect(try client.session(live).status == 200)
                // User data is checked for each request by itself: the same client's repeat without it logs in.
                try expectLogin(client.logIn(code), openid: refusal.openid, isNew: false)
                #expect(harness.upstreamRequests() == 2)
            }
        }

        @Test func `base64 may be percent-encoded once more, and a space stands for a plus`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                func encoded(_ text: String) throws -> String {
                    try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                }
                let spoiled: [(String, String)] = [
                    (try encoded(Vectors.encryptedA), try encoded(Vectors.iv)),
                    (Vectors.encryptedA.replacingOccurrences(of: "+", with: " "), Vectors.iv),
                ]
                for (data, iv) in spoiled {
                    let reply = try Self.logIn(harness, by: client, ["encryptedData": data, "iv": iv])
                    #expect(reply.status == 200, "\(reply.text)")
                    #expect(try reply.string("id") == "1")
                }
                // A form whose author did not encode the plus signs at all, and one who encoded twice.
                for (data, iv) in [
                    (Vectors.encryptedA, Vectors.iv),
                    (try encoded(try encoded(Vectors.encryptedA)), try encoded(try encoded(Vectors.iv))),
                ] {
                    let form = "code=\(try harness.code(of: Vectors.openid))&encryptedData=\(data)&iv=\(iv)"
                    let reply = try client.post(KeepAliveClient.login, form: form)
                    #expect(reply.status == 200, "\(reply.text)")
                    #expect(try reply.string("id") == "1")
                }
            }
        }
    }
}
