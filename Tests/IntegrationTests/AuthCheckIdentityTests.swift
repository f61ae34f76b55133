import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What `/auth/check` tells of its user as that becomes known (contract section 3).
    @Suite struct AuthCheckIdentityTests {
        private static let names = ["x-wx-appid", "x-wx-openid", "x-wx-unionid", "x-wx-user-id", "x-wx-channel"]

        private static func expect(
            _ reply: HTTPReply,
            unionid: String,
            id: String,
            sourceLocation: SourceLocation = #_sourceLocation
        ) {
            #expect(reply.status == 200, "\(reply.text)", sourceLocation: sourceLocation)
            let expected = [DefaultApp.appid, "o-a", unionid, id, "mini"]
            #expect(names.map { reply[$0] } == expected, sourceLocation: sourceLocation)
        }

        @Test(arguments: HarnessStore.allCases)
        func `unionid and id are there from when they are known, in every session and token`(
            store: HarnessStore
        ) async throws {
            try await withGateway({
                $0.store = store
                $0.loops = 2
                $0.configure = { $0.sessions.limits = [.mini: 3] }
            }) { harness in
                let (client, other) = (try harness.connect(), try harness.connect())
                let first = try harness.token(of: "o-a", by: client)
                Self.expect(try other.authCheck(first), unionid: "", id: "")
                try harness.simulator.updateUser(.openid("o-a")) { $0.unionid = "u-1" }
                let second = try harness.token(of: "o-a", by: client)
                for token in [first, second] { Self.expect(try other.authCheck(token), unionid: "u-1", id: "") }
                let profile = ["nickName": "Li", "avatarUrl": "https://a.example/li"]
                #expect(try client.saveUserInfo(profile, token: second).status == 200)
                let next = try client.refresh(first).string("token")
                for token in [first, second, next] { Self.expect(try other.authCheck(token), unionid: "u-1", id: "1") }
                // A login to which WeChat gives no unionid takes none away.
                try harness.simulator.updateUser(.openid("o-a")) { $0.unionid = nil }
                let third = try harness.token(of: "o-a", by: client)
                Self.expect(try other.authCheck(third), unionid: "u-1", id: "1")
                #expect(try client.session(third).string("unionid") == "u-1")
                #expect(try client.logIn(harness.code(of: "o-a")).string("unionid") == "u-1")
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `every reason is told, and at the exact second`(store: HarnessStore) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
            }) { harness in
                let client = try harness.connect()
                let old = try harness.token(of: "o-a", by: client)
                let token = try harness.token(of: "o-a", by: client)
                expectRefused(try client.authCheck(old), "replaced")
                expectRefused(try client.authCheck(token + "."), "malformed")
                expectRefused(try client.authCheck(token + "AAAA"), "unknown")
                expectRefused(try client.get("/auth/check", headers: [("Cookie", "wxgate_session=\(old)")]), "replaced")
                clock.advance(milliseconds: 604_799_999)
                Self.expect(try client.authCheck(token), unionid: "", id: "")
                clock.advance(milliseconds: 1)
                expectRefused(try client.authCheck(token), "expired")
            }
        }
    }
}
