import Foundation
import Gateway
import OpenSSL
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// `userInfo` and `saveUserInfo` (contract section 3).
    @Suite struct UserInfoTests {
        private typealias Vectors = UserDataVectors

        private static let li = ["nickName": "Li", "avatarUrl": "https://a.example/li"]
        private static let bare: Set<String> = ["openid", "isBindingMobile", "createdAt", "lastLoginAt"]
        private static let whole = bare.union(["id", "nickName", "avatarUrl"])

        /// A profile as WeChat's client signs it, under the key of the vectors.
        private static func signed(_ nickName: String) throws -> [String: String] {
            let rawData = #"{"nickName":"\#(nickName)","avatarUrl":"http://a.example/s"}"#
            let digest = try Digest.sha1(Array((rawData + Vectors.sessionKey).utf8).span)
            return ["rawData": rawData, "signature": Hex.encode(digest.span)]
        }

        @Test(arguments: HarnessStore.allCases)
        func `a user sees himself, with id, name and picture once he saved them`(store: HarnessStore) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
            }) { harness in
                let client = try harness.connect()
                let first = try harness.token(of: "o-a", by: client)
                let before = try client.userInfo(first)
                #expect(before.status == 200 && before["content-type"] == "application/json")
                #expect(try Set(before.json().keys) == Self.bare)
                #expect(try before.string("openid") == "o-a")
                #expect(try before.string("createdAt") == "2023-11-14T22:13:20Z")
                #expect(try before.string("lastLoginAt") == "2023-11-14T22:13:20Z")

                clock.advance(milliseconds: 3_600_000)
                let saved = try client.saveUserInfo(Self.li, token: first)
                #expect(saved.status == 200, "\(saved.text)")
                #expect(saved.body == (try client.userInfo(first)).body)
                let token = try harness.token(of: "o-a", by: client)
                let after = try client.userInfo(token)
                #expect(try Set(after.json().keys) == Self.whole)
                #expect(try after.string("id") == "1")
                #expect(try after.string("nickName") == "Li")
                #expect(try after.string("avatarUrl") == "https://a.example/li")
                #expect(try after.string("createdAt") == "2023-11-14T22:13:20Z")
                #expect(try after.string("lastLoginAt") == "2023-11-14T23:13:20Z")
                #expect(try client.session(token).string("id") == "1")

                // A second profile takes the place of the first, under the same id.
                let renamed = try client.saveUserInfo(
                    ["nickName": "李", "avatarUrl": "https://b.example"],
                    token: token
                )
                #expect(try renamed.string("id") == "1" && renamed.string("nickName") == "李")
                let other = try harness.token(of: "o-b", by: client)
                #expect(try client.saveUserInfo(Self.li, token: other).string("id") == "2")
                for path in ["userInfo", "saveUserInfo", "phone", "decrypt", "checkSession", "session/refresh"] {
                    client.send(
                        path == "userInfo" || path == "checkSession" ? "GET" : "POST",
                        KeepAliveClient.api + path
                    )
                    expectRefused(try client.reply(), "missing")
                }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `a session that was open before knows the id from the saving on`(store: HarnessStore) async throws {
            try await withGateway({
                $0.store = store
                $0.configure = { $0.sessions.limits = [.mini: 2] }
            }) { harness in
                let client = try harness.connect()
                let tokens = try (0..<2).map { _ in try harness.token(of: "o-a", by: client) }
                for token in tokens { #expect(try client.session(token).json()["id"] == nil) }
                #expect(try client.saveUserInfo(Self.li, token: tokens[0]).status == 200)
                for token in tokens { #expect(try client.session(token).string("id") == "1") }
                for token in tokens { #expect(try client.authCheck(token)["x-wx-user-id"] == "1") }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `nobody saves what is another's, too long, or a picture without https`(store: HarnessStore) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                let token = try harness.token(of: "o-a", by: client)
                func save(_ changes: [String: String]) throws -> HTTPReply {
                    try client.saveUserInfo(Self.li.merging(changes) { $1 }, token: token)
                }
                expectProblem(try save(["openid": "o-b"]), 403, "forbidden")
                expectProblem(try save(["openid": "o-b", "nickName": ""]), 403, "forbidden")
                let long = "https://a.example/" + String(repeating: "x", count: 1_024 - 18)
                let wrong = [
                    ["nickName": ""], ["nickName": String(repeating: "李", count: 65)],
                    ["avatarUrl": "http://a.example/li"], ["avatarUrl": long + "x"], ["avatarUrl": ""],
                    ["avatarUrl": "javascript:alert(1)"],
                ]
                for changes in wrong {
                    let name = try #require(changes.keys.first)
                    expectProblem(try save(changes), 400, "invalid_request", detail: name)
                }
                #expect(try client.userInfo(token).json()["id"] == nil)
                let best = try save(["openid": "o-a", "nickName": String(repeating: "李", count: 64), "avatarUrl": long])
                #expect(best.status == 200, "\(best.text)")
                #expect(try best.string("avatarUrl") == long)
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `signed and encrypted data are saved, whose picture may be http`(store: HarnessStore) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                try harness.pin(Vectors.sessionKeyB, of: "o-b")
                let signed = ["rawData": Vectors.rawDataB, "signature": Vectors.signatureB]
                let saved = try client.saveUserInfo(signed, token: try harness.token(of: "o-b", by: client))
                #expect(saved.status == 200, "\(saved.text)")
                #expect(try saved.string("nickName") == "Band")
                #expect(try saved.string("avatarUrl").hasPrefix("http://wx.qlogo.cn/"))

                try harness.pin(Vectors.sessionKey, of: Vectors.openid)
                let token = try harness.token(of: Vectors.openid, by: client)
                var data = ["encryptedData": Vectors.encryptedA, "iv": Vectors.iv, "nickName": "Eve"]
                let proven = try client.saveUserInfo(data, token: token)
                #expect(proven.status == 200, "\(proven.text)")
                #expect(try proven.string("nickName") == "Band")
                #expect(try proven.string("avatarUrl") == Vectors.avatarA)

                // Both, of which the signature is looked at first, and the encrypted one wins.
                data.merge(try Self.signed("Signed")) { $1 }
                #expect(try client.saveUserInfo(data, token: token).string("nickName") == "Band")
                #expect(try client.saveUserInfo(Self.signed("Signed"), token: token).string("nickName") == "Signed")
                data.merge(["rawData": Vectors.rawDataD, "signature": Vectors.signatureD]) { $1 }
                #expect(try client.saveUserInfo(data, token: token).string("nickName") == "Band")
                data["signature"] = Vectors.signatureB
                data["iv"] = "AAAA"
                expectProblem(try client.saveUserInfo(data, token: token), 400, "invalid_signature")
                data["signature"] = Vectors.signatureD
                expectProblem(try client.saveUserInfo(data, token: token), 400, "decrypt_failed")

                // D is anonymous: no profile, so the plain members are asked for.
                let anonymous = ["encryptedData": Vectors.encryptedD, "iv": Vectors.iv]
                expectProblem(try client.saveUserInfo(anonymous, token: token), 400, "invalid_request")
                let named = try client.saveUserInfo(anonymous.merging(Self.li) { $1 }, token: token)
                #expect(try named.string("nickName") == "Li")
            }
        }

        @Test func `encrypted data of another user or another app is saved for nobody`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                for openid in ["o-a", Vectors.openid] { try harness.pin(Vectors.sessionKey, of: openid) }
                let token = try harness.token(of: "o-a", by: client)
                let another = ["encryptedData": Vectors.encryptedA, "iv": Vectors.iv]
                expectProblem(try client.saveUserInfo(another, token: token), 403, "forbidden")
                let foreign = ["encryptedData": Vectors.encryptedOfOtherApp, "iv": Vectors.iv]
                expectProblem(try client.saveUserInfo(foreign, token: token), 400, "watermark_mismatch")
                #expect(try client.userInfo(token).json()["id"] == nil)
            }
        }
    }
}
