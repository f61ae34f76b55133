import Foundation
import Glibc
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What a user has after the gateway was killed and started again in the same directory.
    @Suite struct RestartTests {
        private static let li = ["nickName": "Li", "avatarUrl": "https://a.example/li"]

        /// ECDSA signs differently each time, so the same bytes prove that the token was kept.
        @Test(arguments: ["HS256", "ES256"])
        func `tokens, keys, profile, phone and reasons outlive a kill`(algorithm: String) async throws {
            try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    let directory = try WorkingDirectory()
                    let key = "an-operator's-key-of-some-length"
                    let environment = [
                        "WXGATE_TOKEN_ALG": algorithm, "WXGATE_ADMIN_KEY": key, "WXGATE_SESSIONS_PER_USER": "2",
                    ]
                    let phone = try KeepAliveClient(port: simulator.port)
                    func code(_ openid: String) throws -> String {
                        try phone.post("/sim/login", json: #"{"openid":"\#(openid)"}"#).string("code")
                    }
                    func data() throws -> [String: String] {
                        let reply = try phone.post("/sim/userdata", json: #"{"openid":"o-a","kind":"phone"}"#)
                        return ["encryptedData": try reply.string("encryptedData"), "iv": try reply.string("iv")]
                    }

                    let first = try GatewayProcess(in: directory, environment, weChatPort: simulator.port)
                    let client = try KeepAliveClient(port: first.port)
                    let admin = try KeepAliveClient(port: try #require(first.adminPort))
                    let oldest = try client.logIn(code("o-a"), device: "a").string("token")
                    let older = try data()
                    let new = try client.logIn(code("o-a"), device: "a").string("token")
                    let next = try client.refresh(new).string("token")
                    #expect(try client.saveUserInfo(Self.li, token: next).string("id") == "1")
                    #expect(try client.phone(older, token: next).status == 200)
                    let revoked = try client.logIn(code("o-b")).string("token")
                    #expect(try client.saveUserInfo(Self.li, token: revoked).string("id") == "2")
                    #expect(try admin.delete("/internal/v1/users/2/sessions", token: key).status == 204)
                    let erased = try client.logIn(code("o-c")).string("token")
                    #expect(try client.saveUserInfo(Self.li, token: erased).string("id") == "3")
                    #expect(try admin.delete("/internal/v1/users/3", token: key).status == 204)
                    first.command.signal(SIGKILL)
                    #expect(first.command.finish().status == -SIGKILL)

                    let second = try GatewayProcess(in: directory, environment, weChatPort: simulator.port)
                    let later = try KeepAliveClient(port: second.port)
                    // The device's older session and the token before the refresh, within their seconds.
                    #expect(try later.session(oldest).status == 200)
                    #expect(try later.session(new).status == 200)
                    #expect(try later.refresh(new).string("token") == next)
                    let info = try later.userInfo(next)
                    #expect(try info.string("id") == "1" && info.json()["isBindingMobile"] as? Bool == true)
                    #expect(try later.authCheck(next)["x-wx-user-id"] == "1")
                    #expect(try later.decrypt(older, token: next).status == 200)
                    #expect(try later.checkSession(next).text == #"{"valid":true}"#)
                    expectRefused(try later.session(revoked), "revoked")
                    expectRefused(try later.session(erased), "replaced")
                    let again = try later.logIn(code("o-c"))
                    #expect(try again.json()["is_new"] as? Bool == true)
                    #expect(try later.saveUserInfo(Self.li, token: again.string("token")).string("id") == "4")
                    #expect(try later.logIn(code("o-a"), device: "b").json()["is_new"] as? Bool == false)
                    expectRefused(try later.session(oldest), "replaced")
                    second.command.endInOrder()
                }
            }.get()
        }
    }
}
