import Foundation
import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// The calls about users and sessions on the operator's listener (contract section 5).
    @Suite struct AdminUsersTests {
        private static let all = "key-of-everything-1234"
        private static let users = "key-of-users-12345678"
        private static let phone = "key-of-phones-1234567"
        private static let otherApp = "key-of-another-app-12"
        private static let secondAppID = "wx00000000000000b2"
        private static let base = "/internal/v1/users"
        private static let li = ["nickName": "Li", "avatarUrl": "https://a.example/li"]

        private static func withOperator(
            _ store: HarnessStore,
            log: CapturedLog? = nil,
            clock: ManualClock = ManualClock(),
            limit: Int = 1,
            _ body:
                @escaping @Sendable (GatewayHarness, _ client: KeepAliveClient, _ admin: KeepAliveClient) throws -> Void
        ) async throws {
            let keys = AdminKeys([
                try AdminKey(name: "ops", key: all),
                try AdminKey(name: "support", key: users, scopes: [.users], appIDs: [DefaultApp.appid]),
                try AdminKey(name: "caller", key: phone, scopes: [.phone, .revoke, .introspect, .accessToken]),
                try AdminKey(name: "elsewhere", key: otherApp, scopes: [.users], appIDs: [secondAppID]),
            ])
            let second = try GatewayConfiguration.secondApp()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
                if let log { $0.logger = log.logger }
                $0.configure = {
                    $0.apps.append(second)
                    $0.admin.host = "127.0.0.1"
                    $0.admin.keys = keys
                    $0.sessions.limits = [.mini: limit]
                }
            }) { harness in
                var app = SimulatedApp(appid: second.id, secret: DefaultApp.secret)
                app.loginsPerUserMinuteMax = 1_000_000
                try harness.simulator.putApp(app)
                let port = try #require(harness.gateway.adminPort)
                try body(harness, try harness.connect(), try KeepAliveClient(port: port))
            }
        }

        private static func logIn(
            _ harness: GatewayHarness,
            _ client: KeepAliveClient,
            _ openid: String,
            appid: String = DefaultApp.appid,
            device: String? = nil,
            unionid: String? = nil
        ) throws -> HTTPReply {
            if let unionid {
                try harness.simulator.updateUser(.openid(openid), appid: appid) { $0.unionid = unionid }
            }
            let code = try harness.simulator.mintCode(appid: appid, user: .openid(openid)).code
            let more = device.map { #","device":"\#($0)""# } ?? ""
            return try client.post(KeepAliveClient.login, json: #"{"appid":"\#(appid)","code":"\#(code)"\#(more)}"#)
        }

        @Test(arguments: HarnessStore.allCases)
        func `a user is found by each of his names, his phone only by a key that is for phones`(
            store: HarnessStore
        ) async throws {
            try await Self.withOperator(store) { harness, client, admin in
                let token = try Self.logIn(harness, client, "o-a", unionid: "u-1").string("token")
                #expect(try client.saveUserInfo(Self.li, token: token).status == 200)
                let code = try harness.simulator.mintPhoneCode(appid: DefaultApp.appid, user: .openid("o-a")).code
                #expect(try client.phone(["code": code], token: token).status == 200)
                let byName = "\(Self.base)?appid=\(DefaultApp.appid)&openid=o-a"
                let plain: Set<String> = [
                    "id", "appid", "openid", "unionid", "nickName", "avatarUrl", "isBindingMobile", "createdAt",
                    "lastLoginAt",
                ]
                for target in ["\(Self.base)/1", byName] {
                    let seen = try admin.get(target, token: Self.users)
                    #expect(seen.status == 200 && !seen.text.contains("13580006666"), "\(seen.text)")
                    #expect(try Set(seen.json().keys) == plain)
                    #expect(try seen.json()["isBindingMobile"] as? Bool == true)
                    let all = try admin.get(target, token: Self.all)
                    let names = plain.union(["phoneNumber", "purePhoneNumber", "countryCode"])
                    #expect(try Set(all.json().keys) == names)
                    #expect(try all.string("phoneNumber") == "13580006666")
                }
                // The same person in the other app; a key sees the apps that it is for.
                #expect(try Self.logIn(harness, client, "o-x", appid: Self.secondAppID, unionid: "u-1").status == 200)
                func found(_ key: String) throws -> [String] {
                    let reply = try admin.get("\(Self.base)?unionid=u-1", token: key)
                    let users = try #require(try reply.json()["users"] as? [[String: Any]])
                    return users.compactMap { $0["openid"] as? String }.sorted()
                }
                #expect(try found(Self.all) == ["o-a", "o-x"])
                #expect(try found(Self.users) == ["o-a"])
                #expect(try found(Self.otherApp) == ["o-x"])
                expectProblem(try admin.get("\(Self.base)?unionid=u-2", token: Self.all), 404, "not_found")
                expectProblem(try admin.get("\(Self.base)/2", token: Self.all), 404, "not_found")
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `no call does anything for a key that is not for it`(store: HarnessStore) async throws {
            let log = CapturedLog()
            try await Self.withOperator(store, log: log) { harness, client, admin in
                let token = try Self.logIn(harness, client, "o-a", unionid: "u-1").string("token")
                #expect(try client.saveUserInfo(Self.li, token: token).status == 200)
                let targets = [
                    "\(Self.base)/1", "\(Self.base)?appid=\(DefaultApp.appid)&openid=o-a", "\(Self.base)/1/sessions",
                ]
                for target in targets + ["\(Self.base)?unionid=u-1"] {
                    for method in ["GET", "DELETE"] {
                        func ask(_ key: String?) throws -> HTTPReply {
                            admin.send(method, target, headers: key.map { [("Authorization", "Bearer \($0)")] } ?? [])
                            return try admin.reply()
                        }
                        expectRefused(try ask(nil), "missing")
                        expectRefused(try ask("no-such-key-1234567890"), "unknown")
                        // A user's own token opens nothing here.
                        expectRefused(try ask(token), "unknown")
                        expectProblem(try ask(Self.phone), 403, "forbidden", detail: "users")
                        let elsewhere = try ask(Self.otherApp)
                        if target.contains("unionid") {
                            expectProblem(elsewhere, 404, "not_found")
                        } else {
                            expectProblem(elsewhere, 403, "forbidden", detail: "app")
                        }
                    }
                }
                #expect(try client.session(token).status == 200)
                #expect(try client.userInfo(token).string("id") == "1")
            }
            let lines = log.lines
            for (name, outcome) in [("caller", "forbidden"), ("elsewhere", "allowed")] {
                let used = lines.filter { $0.contains("operator's call") && $0.contains(name) && $0.contains(outcome) }
                #expect(used.count == 8)
            }
            for key in [Self.all, Self.users, Self.phone, Self.otherApp] {
                #expect(!lines.contains { $0.contains(key) })
            }
        }

        @Test func `without any key such calls are forbidden`() async throws {
            try await withGateway({ $0.configure = { $0.admin.host = "127.0.0.1" } }) { harness in
                let admin = try KeepAliveClient(port: try #require(harness.gateway.adminPort))
                for target in ["\(Self.base)/1", "\(Self.base)?openid=o", "\(Self.base)/1/sessions"] {
                    expectProblem(try admin.get(target), 403, "forbidden")
                    expectProblem(try admin.delete(target, token: Self.all), 403, "forbidden")
                }
            }
        }

        @Test(arguments: HarnessStore.allCases, ["id", "openid", "unionid"])
        func `an erased user is gone with his sessions, and is new when he comes again`(
            store: HarnessStore,
            by name: String
        ) async throws {
            try await Self.withOperator(store) { harness, client, admin in
                let bystander = try Self.logIn(harness, client, "o-b").string("token")
                let token = try Self.logIn(harness, client, "o-a", unionid: "u-1").string("token")
                #expect(try client.saveUserInfo(Self.li, token: token).string("id") == "1")
                let next = try client.refresh(token).string("token")
                let targets = [
                    "id": "\(Self.base)/1", "openid": "\(Self.base)?appid=\(DefaultApp.appid)&openid=o-a",
                    "unionid": "\(Self.base)?unionid=u-1",
                ]
                let target = try #require(targets[name])
                let gone = try admin.delete(target, token: Self.users)
                #expect(gone.status == 204 && gone.body.isEmpty)
                for token in [token, next] {
                    for reply in [
                        try client.session(token), try client.userInfo(token), try client.refresh(token),
                        try client.authCheck(token), try client.saveUserInfo(Self.li, token: token),
                    ] { expectRefused(reply, "replaced") }
                }
                for target in targets.values.map({ $0 }) + ["\(Self.base)/1/sessions"] {
                    expectProblem(try admin.get(target, token: Self.all), 404, "not_found")
                    expectProblem(try admin.delete(target, token: Self.all), 404, "not_found")
                }
                #expect(try client.session(bystander).status == 200)
                let again = try Self.logIn(harness, client, "o-a")
                #expect(try again.json()["is_new"] as? Bool == true && again.json()["id"] == nil)
                let saved = try client.saveUserInfo(Self.li, token: again.string("token"))
                #expect(try saved.string("id") == "2" && saved.json()["isBindingMobile"] as? Bool == false)
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `one who never saved a profile can be erased, and nothing he left decrypts any more`(
            store: HarnessStore
        ) async throws {
            try await Self.withOperator(store) { harness, client, admin in
                let token = try Self.logIn(harness, client, "o-a").string("token")
                let data = try harness.userData(UserDataRequest(.phone), of: "o-a").encrypted
                #expect(try client.decrypt(data, token: token).status == 200)
                let target = "\(Self.base)?appid=\(DefaultApp.appid)&openid=o-a"
                #expect(try admin.get(target, token: Self.users).json()["id"] == nil)
                #expect(try admin.delete(target, token: Self.users).status == 204)
                expectRefused(try client.decrypt(data, token: token), "replaced")
                let again = try Self.logIn(harness, client, "o-a")
                #expect(try again.json()["is_new"] as? Bool == true)
                expectProblem(
                    try client.decrypt(data, token: again.string("token")),
                    409,
                    "session_key_expired"
                )
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `sessions are listed while they live, and a revocation ends them all with their tokens`(
            store: HarnessStore
        ) async throws {
            let clock = ManualClock()
            try await Self.withOperator(store, clock: clock, limit: 3) { harness, client, admin in
                let first = try Self.logIn(harness, client, "o-a", device: "phone").string("token")
                #expect(try client.saveUserInfo(Self.li, token: first).status == 200)
                clock.advance(milliseconds: 60_000)
                let second = try Self.logIn(harness, client, "o-a", device: "tablet").string("token")
                let third = try client.refresh(second).string("token")
                let target = "\(Self.base)/1/sessions"
                func listed() throws -> [[String: String]] {
                    let reply = try admin.get(target, token: Self.users)
                    let sessions = try #require(try reply.json()["sessions"] as? [[String: String]])
                    #expect(
                        sessions.allSatisfy { $0["channel"] == "mini" && $0.count == ($0["device"] == nil ? 3 : 4) }
                    )
                    return sessions
                }
                let both = try listed()
                #expect(both.map { $0["device"] } == ["phone", "tablet"])
                #expect(both.map { $0["createdAt"] } == ["2023-11-14T22:13:20Z", "2023-11-14T22:14:20Z"])
                #expect(both.map { $0["expiresAt"] } == ["2023-11-21T22:13:20Z", "2023-11-21T22:14:20Z"])
                // The first one expires, and is not listed nor revoked.
                clock.advance(milliseconds: 604_740_000)
                #expect(try listed().map { $0["device"] } == ["tablet"])
                let revoked = try admin.delete(target, token: Self.users)
                #expect(revoked.status == 204 && revoked.body.isEmpty)
                expectRefused(try client.session(first), "expired")
                for reply in [
                    try client.session(third), try client.authCheck(third), try client.refresh(third),
                    try client.logOut(third),
                ] { expectRefused(reply, "revoked") }
                #expect(try listed().isEmpty)
                // The user himself is still there.
                #expect(try Self.logIn(harness, client, "o-a").string("id") == "1")
                #expect(try listed().count == 1)
            }
        }
    }
}
