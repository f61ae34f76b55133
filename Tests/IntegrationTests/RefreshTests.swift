import Foundation
import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// `session/refresh` (contract section 3), with every algorithm and both stores, at exact seconds.
    @Suite struct RefreshTests {
        private static func claims(_ token: String) throws -> [String: Any] {
            try TokenParts(token).payload
        }

        @Test(
            arguments: [
                (TokenAlgorithm.hs256, HarnessStore.memory), (.hs256, .embedded), (.es256, .memory),
                (.es256, .embedded), (.edDSA, .memory), (.edDSA, .embedded),
            ]
        )
        func `a refresh gives one new token, and the old one stays for thirty seconds`(
            algorithm: TokenAlgorithm,
            store: HarnessStore
        ) async throws {
            let clock = ManualClock()
            let key = try SigningKey.generate(algorithm)
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
                $0.loops = 2
                $0.configure = { $0.tokenKeys = [key] }
            }) { harness in
                let (client, other) = (try harness.connect(), try harness.connect())
                let old = try harness.token(of: "o-a", by: client)
                clock.advance(milliseconds: 1_000_000)
                let reply = try client.refresh(old)
                let new = try expectLogin(reply, openid: "o-a", isNew: false)
                let (before, after) = (try Self.claims(old), try Self.claims(new))
                for name in ["iss", "sub", "aud", "sid", "channel"] {
                    #expect(before[name] as? String == after[name] as? String && before[name] != nil)
                }
                #expect(before["jti"] as? String != after["jti"] as? String)
                #expect(after["iat"] as? Int == 1_700_001_000 && after["exp"] as? Int == 1_700_605_800)

                for client in [client, other] {
                    #expect(try client.refresh(old).string("token") == new)
                    #expect(try client.session(old).json()["expires_in"] as? Int == 30)
                    #expect(try client.session(new).json()["expires_in"] as? Int == 604_800)
                }
                clock.advance(milliseconds: 29_999)
                #expect(try client.session(old).status == 200)
                #expect(try client.authCheck(old).status == 200)
                #expect(try client.refresh(old).string("token") == new)
                clock.advance(milliseconds: 1)
                expectRefused(try client.session(old), "replaced")
                expectRefused(try client.refresh(old), "replaced")
                expectRefused(try client.logOut(old), "replaced")
                #expect(try client.session(new).status == 200)
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `no refresh is given from the maximum age on, and no token outlives it`(store: HarnessStore) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
                $0.configure = {
                    $0.sessions.lifetime = 100
                    $0.sessions.maxAge = 250
                }
            }) { harness in
                let client = try harness.connect()
                var token = try harness.token(of: "o-a", by: client)
                for (seconds, rest) in [(90, 100), (90, 70), (69, 1)] {
                    clock.advance(milliseconds: Int64(seconds) * 1_000)
                    let reply = try client.refresh(token)
                    token = try reply.string("token")
                    #expect(try reply.json()["expires_in"] as? Int == rest)
                    #expect(try client.session(token).json()["expires_in"] as? Int == rest)
                }
                clock.advance(milliseconds: 999)
                #expect(try client.session(token).status == 200)
                clock.advance(milliseconds: 1)
                expectRefused(try client.session(token), "expired")
                expectRefused(try client.refresh(token), "expired")
            }
        }

        @Test func `a session that lives on at its maximum age is not refreshed, and good to its end`() async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.clock = clock.wallClock
                $0.configure = {
                    $0.sessions.lifetime = 1_000
                    $0.sessions.maxAge = 100
                }
            }) { harness in
                let client = try harness.connect()
                let first = try harness.token(of: "o-a", by: client)
                clock.advance(milliseconds: 99_000)
                let second = try client.refresh(first).string("token")
                clock.advance(milliseconds: 1_000)
                // Also to whoever asks again within the thirty seconds.
                expectRefused(try client.refresh(second), "expired")
                expectRefused(try client.refresh(first), "expired")
                clock.advance(milliseconds: 899_999)
                #expect(try client.session(second).status == 200)
                clock.advance(milliseconds: 1)
                expectRefused(try client.session(second), "expired")
            }
        }

        @Test(arguments: HarnessStore.allCases, [false, true])
        func `a logout ends both tokens, whichever it comes with`(store: HarnessStore, byOld: Bool) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                let old = try harness.token(of: "o-a", by: client)
                let new = try client.refresh(old).string("token")
                #expect(try client.logOut(byOld ? old : new).status == 204)
                for token in [old, new] {
                    expectRefused(try client.session(token), "logged_out")
                    expectRefused(try client.refresh(token), "logged_out")
                    expectRefused(try client.authCheck(token), "logged_out")
                }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `a login ends both tokens, a refresh no other session`(store: HarnessStore) async throws {
            try await withGateway({
                $0.store = store
                $0.configure = { $0.sessions.limits = [.mini: 2] }
            }) { harness in
                let client = try harness.connect()
                let first = try harness.token(of: "o-a", by: client)
                let second = try harness.token(of: "o-a", by: client)
                let next = try client.refresh(first).string("token")
                for token in [first, second, next] { #expect(try client.session(token).status == 200) }
                // A refreshed session is as old as its login, so it goes first.
                let third = try harness.token(of: "o-a", by: client)
                for token in [first, next] { expectRefused(try client.session(token), "replaced") }
                for token in [second, third] { #expect(try client.session(token).status == 200) }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `there is one previous token at most`(store: HarnessStore) async throws {
            try await withGateway({ $0.store = store }) { harness in
                let client = try harness.connect()
                let first = try harness.token(of: "o-a", by: client)
                let second = try client.refresh(first).string("token")
                let third = try client.refresh(second).string("token")
                #expect(Set([first, second, third]).count == 3)
                expectRefused(try client.session(first), "replaced")
                expectRefused(try client.refresh(first), "replaced")
                #expect(try client.refresh(second).string("token") == third)
                for token in [second, third] { #expect(try client.session(token).status == 200) }
            }
        }

        @Test(arguments: HarnessStore.allCases)
        func `the login's repeat gets code_used from the refresh on`(store: HarnessStore) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.store = store
                $0.clock = clock.wallClock
            }) { harness in
                let client = try harness.connect()
                let code = try harness.code(of: "o-a")
                let token = try client.logIn(code).string("token")
                #expect(try client.logIn(code).string("token") == token)
                let next = try client.refresh(token).string("token")
                expectProblem(try client.logIn(code), 400, "code_used")
                // Nobody lost anything by it.
                for token in [token, next] { #expect(try client.session(token).status == 200) }
            }
        }
    }
}
