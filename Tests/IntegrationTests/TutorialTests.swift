import Foundation
import Gateway
import OpenSSL
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// The request sequences of five public tutorials, as their clients send them. Changed are only URL, method,
    /// Authorization, and the names read from the reply (README, "Coming from a tutorial").
    @Suite struct TutorialTests {
        @Test(arguments: HarnessStore.allCases)
        func `1: a code becomes a token, which opens pages until it expires`(store: HarnessStore) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
            }) { harness in
                let client = try harness.connect()
                // wx.login → POST /api/login {code} → wx.setStorageSync('token', res.data.token)
                let reply = try client.post(KeepAliveClient.login, json: #"{"code":"\#(try harness.code())"}"#)
                #expect(reply.status == 200)
                let token = try reply.string("token")
                #expect(try client.session(token).status == 200)
                // The refusals that the tutorial tests: a wrong code, a used one, an expired token; each says what it is.
                expectProblem(
                    try client.post(KeepAliveClient.login, json: #"{"code":"wrong"}"#),
                    400,
                    "invalid_code",
                    with: ["errcode", "errmsg"]
                )
                let lifetime = try #require(try reply.json()["expires_in"] as? Int)
                clock.advance(milliseconds: Int64(lifetime) * 1_000)
                expectRefused(try client.session(token), "expired")
                #expect(
                    try client.post(KeepAliveClient.login, json: #"{"code":"\#(try harness.code())"}"#).status == 200
                )
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `2: the page that the code opens has one button, which logs in`(store: HarnessStore) async throws {
            // The web half of this tutorial (picture, poll, scan) is the QR login.
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                let reply = try client.post(
                    KeepAliveClient.login,
                    json: #"{"code":"\#(try harness.code(of: "o-two"))"}"#
                )
                #expect(try reply.string("openid") == "o-two")
                #expect(try client.session(reply.string("token")).string("openid") == "o-two")
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `3: code, rawData, signature, encryptedData and iv register a user or log him in`(
            store: HarnessStore
        ) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                let openid = UserDataVectors.openid
                try harness.simulator.updateUser(.openid(openid)) { $0.pin(sessionKey: UserDataVectors.sessionKey) }
                func login() throws -> HTTPReply {
                    // The tutorial's client sends appid and even the secret along; the one is checked, the other ignored.
                    let rawData = #"{"nickName":"Band","avatarUrl":"https://a.example/b"}"#
                    let signed = Array((rawData + UserDataVectors.sessionKey).utf8)
                    let digest = try Digest.sha1(signed.span)
                    let members = [
                        "code": try harness.code(of: openid),
                        "appid": DefaultApp.appid, "secret": DefaultApp.secret,
                        "rawData": rawData, "signature": Hex.encode(digest.span),
                        "encryptedData": UserDataVectors.encryptedA, "iv": UserDataVectors.iv,
                    ]
                    let body = try JSONSerialization.data(withJSONObject: members)
                    return try client.post(KeepAliveClient.login, json: String(decoding: body, as: UTF8.self))
                }
                // data.session_id, data.uid, data.userInfo there; token, id, userInfo here.
                let first = try login()
                #expect(first.status == 200, "\(first.text)")
                let info = try #require(try first.json()["userInfo"] as? [String: Any])
                #expect(info["nickName"] as? String == "Band")
                #expect(try first.json()["is_new"] as? Bool == true)
                let again = try login()
                #expect(try again.json()["is_new"] as? Bool == false)
                #expect(try again.string("id") == first.string("id"))
                #expect(try client.session(again.string("token")).status == 200)
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `4: one login a user, the token goes with each call, logout ends it, the profile is asked once`(
            store: HarnessStore
        ) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                func login() throws -> HTTPReply {
                    try client.post(KeepAliveClient.login, json: #"{"code":"\#(try harness.code(of: "o-four"))"}"#)
                }
                let first = try login()
                let elsewhere = try login()
                expectRefused(try client.session(first.string("token")), "replaced")
                let token = try elsewhere.string("token")
                #expect(try elsewhere.json()["userInfo"] == nil)
                let saved = try client.post(
                    "/api/v1/wx/saveUserInfo",
                    json: #"{"nickName":"Li","avatarUrl":"https://a.example/li"}"#,
                    headers: [("Authorization", "Bearer \(token)")]
                )
                #expect(saved.status == 200, "\(saved.text)")
                // logout {token}, in the body.
                #expect(try client.post("/api/v1/wx/logout", json: #"{"token":"\#(token)"}"#).status == 204)
                expectRefused(try client.session(token), "logged_out")
                let back = try login()
                let info = try #require(try back.json()["userInfo"] as? [String: Any])
                #expect(info["nickName"] as? String == "Li")
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `5: without an id the client asks for the profile, with one it does not`(
            store: HarnessStore
        ) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                func login() throws -> HTTPReply {
                    try client.get("/api/v1/wx/login?code=\(try harness.code(of: "o-five"))")
                }
                // typeof res.data.id == 'undefined'
                let first = try login()
                #expect(try first.json()["id"] == nil)
                let openid = try first.string("openid")
                let token = try first.string("token")
                let body = #"{"openid":"\#(openid)","nickName":"Wang","avatarUrl":"https://a.example/w"}"#
                let headers = [("Authorization", "Bearer \(token)")]
                let saved = try client.post("/api/v1/wx/saveUserInfo", json: body, headers: headers)
                #expect(saved.status == 200, "\(saved.text)")
                let second = try login()
                #expect(try second.string("id") == saved.string("id"))
                let info = try #require(try second.json()["userInfo"] as? [String: Any])
                #expect(info["nickName"] as? String == "Wang")
                #expect(info["avatarUrl"] as? String == "https://a.example/w")
                #expect(info["isBindingMobile"] as? Bool == false)
                // What the tutorial forgot: whoever knows an openid could overwrite its profile.
                let foreign = #"{"openid":"o-other","nickName":"Eve","avatarUrl":"https://a.example/e"}"#
                let other = [("Authorization", "Bearer \(try second.string("token"))")]
                expectProblem(
                    try client.post("/api/v1/wx/saveUserInfo", json: foreign, headers: other),
                    403,
                    "forbidden"
                )
                expectRefused(try client.post("/api/v1/wx/saveUserInfo", json: body), "missing")
            }
        }
    }
}
