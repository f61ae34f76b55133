import Foundation
import Gateway
import OpenSSL
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// `decrypt` (contract section 3; vectors of `wechat-api.md` section 8).
    @Suite struct DecryptTests {
        private typealias Vectors = UserDataVectors

        private static func vector(_ data: String, iv: String = Vectors.iv) -> [String: String] {
            ["encryptedData": data, "iv": iv]
        }

        /// The text with spaces to the end of its last block, under the key and iv of the vectors.
        private static func encryptedWithoutPadding(_ text: String) throws -> String {
            let blank = (16 - text.utf8.count % 16) % 16
            let whole = Array((text + String(repeating: " ", count: blank + 16)).utf8)
            let key = try #require(Base64.decode(Vectors.sessionKey.utf8.span).flatMap(AESCBC.block))
            let iv = try #require(Base64.decode(Vectors.iv.utf8.span).flatMap(AESCBC.block))
            let padded = try AESCBC().encrypt(whole.span, key: key, initializationVector: iv)
            return Data(padded.dropLast(16)).base64EncodedString()
        }

        @Test(arguments: HarnessStore.allCases)
        func `each published vector becomes the JSON that was published with it`(store: HarnessStore) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                let openid = Vectors.openid
                try harness.pin(Vectors.sessionKeyB, of: openid)
                _ = try harness.token(of: openid, by: client)
                try harness.pin(Vectors.sessionKey, of: openid)
                let token = try harness.token(of: openid, by: client)
                let plain = [
                    (Vectors.encryptedA, Vectors.plaintextA), (Vectors.encryptedC, Vectors.plaintextC),
                    (Vectors.encryptedD, Vectors.plaintextD),
                ]
                for (data, text) in plain {
                    let reply = try client.decrypt(Self.vector(data), token: token)
                    #expect(reply.status == 200 && reply.text == text, "\(reply.text)")
                    #expect(reply["content-type"] == "application/json" && reply["cache-control"] == "no-store")
                }
                // B is a signature, here of the login before; D has one of the newest key.
                for (raw, signature) in [
                    (Vectors.rawDataB, Vectors.signatureB), (Vectors.rawDataD, Vectors.signatureD),
                ] {
                    var members = Self.vector(Vectors.encryptedD)
                    members.merge(["rawData": raw, "signature": signature]) { $1 }
                    #expect(try client.decrypt(members, token: token).text == Vectors.plaintextD)
                    members["rawData"] = raw + " "
                    expectProblem(try client.decrypt(members, token: token), 400, "invalid_signature")
                    members["encryptedData"] = "AAAA"
                    expectProblem(try client.decrypt(members, token: token), 400, "invalid_signature")
                }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `the keys of the two logins before serve for three days, that of the third not at all`(
            store: HarnessStore
        ) async throws {
            let clock = ManualClock()
            let hour: Int64 = 3_600_000
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
            }) { harness in
                let client = try harness.connect()
                var (token, data) = ("", [[String: String]]())
                for _ in 0..<4 {
                    clock.advance(milliseconds: hour)
                    token = try harness.token(of: "o-a", by: client)
                    data.append(try harness.userData(UserDataRequest(.userProfile), of: "o-a").encrypted)
                }
                func expectReadable(_ readable: [Bool], sourceLocation: SourceLocation = #_sourceLocation) throws {
                    for (members, isReadable) in zip(data, readable) {
                        let reply = try client.decrypt(members, token: token)
                        guard !isReadable else {
                            #expect(reply.status == 200, "\(reply.text)", sourceLocation: sourceLocation)
                            continue
                        }
                        expectProblem(reply, 409, "session_key_expired", sourceLocation: sourceLocation)
                    }
                }
                try expectReadable([false, true, true, true])
                // The second key was displaced an hour before the third.
                clock.advance(milliseconds: 71 * hour - 1)
                try expectReadable([false, true, true, true])
                clock.advance(milliseconds: 1)
                try expectReadable([false, false, true, true])
                clock.advance(milliseconds: hour - 1)
                try expectReadable([false, false, true, true])
                clock.advance(milliseconds: 1)
                try expectReadable([false, false, false, true])
                clock.advance(milliseconds: 48 * hour)
                try expectReadable([false, false, false, true])
            }
        }

        @Test func `a key that WeChat gives again displaces none`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                _ = try harness.token(of: "o-a", by: client)
                let before = try harness.userData(UserDataRequest(.userInfo), of: "o-a").encrypted
                _ = try harness.token(of: "o-a", by: client)
                try harness.pin(Vectors.sessionKey, of: "o-a")
                var token = ""
                for _ in 0..<4 { token = try harness.token(of: "o-a", by: client) }
                #expect(try client.decrypt(before, token: token).status == 200)
            }
        }

        @Test func `each refusal has its name`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                for openid in [Vectors.openid, "o-thief"] { try harness.pin(Vectors.sessionKey, of: openid) }
                let token = try harness.token(of: Vectors.openid, by: client)
                let malformed = [
                    Self.vector("!!!!"), Self.vector("AAAA"), Self.vector(Vectors.encryptedA, iv: "AAAA"),
                    Self.vector(Vectors.encryptedA + "AAAA"),
                ]
                for members in malformed {
                    expectProblem(try client.decrypt(members, token: token), 400, "decrypt_failed")
                }
                let other = Self.vector(Vectors.encryptedOfOtherApp)
                expectProblem(try client.decrypt(other, token: token), 400, "watermark_mismatch")
                let thief = try harness.token(of: "o-thief", by: client)
                let stolen = Self.vector(Vectors.encryptedA)
                expectProblem(try client.decrypt(stolen, token: thief), 403, "forbidden")
                expectProblem(try client.decrypt(["iv": Vectors.iv], token: token), 400, "invalid_request")
                expectProblem(try client.decrypt([:], token: token), 400, "invalid_request", detail: "encryptedData")
                // Without an openid in it, nobody can say whose it is.
                #expect(try client.decrypt(Self.vector(Vectors.encryptedC), token: thief).status == 200)
            }
        }

        @Test func `padding, JSON and watermark fail with one and the same reply`() async throws {
            try await withGateway { harness in
                let client = try harness.connect()
                try harness.pin(Vectors.sessionKey, of: "o-a")
                let token = try harness.token(of: "o-a", by: client)
                // Good JSON with its watermark to the last byte, a space, where the padding should be.
                let unpadded = try Self.encryptedWithoutPadding(
                    #"{"watermark":{"appid":"\#(DefaultApp.appid)","timestamp":1700000000}}"#
                )
                // The last block's padding becomes nonsense when a bit of the block before it is turned.
                var spoiled = try #require(Data(base64Encoded: Vectors.encryptedC))
                spoiled[spoiled.count - 17] ^= 0x55
                try harness.simulator.rotateSessionKey(of: .openid("o-a"))
                let unseen = try harness.userData(UserDataRequest(.phone), of: "o-a").encrypted
                let members = [
                    Self.vector(unpadded), Self.vector(spoiled.base64EncodedString()),
                    Self.vector(Vectors.encryptedText),
                    Self.vector(Vectors.encryptedWithoutWatermark), unseen,
                ]
                var told: Set<String> = []
                for members in members {
                    var json = expectProblem(
                        try client.decrypt(members, token: token),
                        409,
                        "session_key_expired",
                        detail: "wx.login"
                    )
                    json["request_id"] = nil
                    told.insert("\(json.sorted { $0.key < $1.key })")
                }
                #expect(told.count == 1)
            }
        }
    }
}
