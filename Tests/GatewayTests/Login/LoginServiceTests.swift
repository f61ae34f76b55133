import HTTP
import HTTPServer
import Logging
import OpenSSL
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// What a login's repeats come to after something happened to its session or its user (contract section 3, *login*).
@Suite struct LoginServiceTests {
    private func withBench(
        beforeOpening: @escaping @Sendable (UserFixture) async throws -> Void = { _ in },
        _ body: @escaping @Sendable (LoginBench) async throws -> Void
    ) async throws {
        try await withLoop { actor in
            let bench = try LoginBench(on: actor.loop) { fixture in
                let hook = LoopBound(fixture, on: actor.loop)
                return ComposedLoginStore(
                    users: InterruptedUserStore(fixture.users, afterLogin: { try? await beforeOpening(hook.value) }),
                    sessions: fixture.store,
                    erasures: fixture.erasures
                )
            }
            let result: Result<Void, any Error>
            do {
                result = .success(try await body(bench))
            } catch {
                result = .failure(error)
            }
            bench.close()
            try result.get()
        }
    }

    @Test func `a repeat gets the same session`() async throws {
        try await withBench { bench in
            let token = try await bench.logIn()
            #expect(try await bench.logIn() == token)
            #expect(bench.fixture.store.liveCount == 1)
        }
    }

    @Test func `a repeat by somebody else gets code_used`() async throws {
        try await withBench { bench in
            _ = try await bench.logIn()
            #expect(try await bench.logIn(nonce: "m") == "code_used")
        }
    }

    @Test func `after the session was refreshed a repeat gets code_used, though the first token is still good`()
        async throws
    {
        try await withBench { bench in
            let token = try await bench.logIn()
            _ = try await bench.fixture.sessions.refresh(BearerToken(token))
            #expect(try await bench.logIn() == "code_used")
            #expect(try await bench.fixture.reason(of: token) == nil)
        }
    }

    @Test func `after the session ended a repeat gets code_used`() async throws {
        try await withBench { bench in
            let token = try await bench.logIn()
            try await bench.fixture.sessions.logOut(BearerToken(token))
            #expect(try await bench.logIn() == "code_used")
            let second = try await bench.logIn(code: "c2")
            _ = try await bench.fixture.store.endAll(of: UserFixture.key, as: .revoked, now: 0)
            #expect(try await bench.logIn(code: "c2") == "code_used")
            #expect(try await bench.fixture.reason(of: second) == .revoked)
            let third = try await bench.logIn(code: "c3")
            #expect(try await bench.logIn(code: "c4") != third)
            #expect(try await bench.logIn(code: "c3") == "code_used")
        }
    }

    @Test func `after the user was erased a repeat gets code_used and brings nothing of him back`() async throws {
        try await withBench { bench in
            let token = try await bench.logIn()
            try await bench.erase()
            #expect(try await bench.logIn() == "code_used")
            #expect(try await bench.fixture.reason(of: token) == .replaced)
            #expect(try await bench.fixture.users.user(UserFixture.key) == nil)
            #expect(bench.fixture.store.liveCount == 0)
            // He may come back with a new code.
            let again = try await bench.logIn(code: "c2")
            #expect(try await bench.fixture.reason(of: again) == nil)
        }
    }

    @Test func `an erasure in the midst of a login leaves no session without a user`() async throws {
        let erase: @Sendable (UserFixture) async throws -> Void = { fixture in
            try await fixture.administration.erase(.key(UserFixture.key), with: try AdminKey(name: "n", key: "k"))
        }
        try await withBench(beforeOpening: erase) { bench in
            let outcome = try await bench.logIn()
            #expect(outcome == "code_used")
            // Nor the memory of one, in which his openid would outlive him by days.
            #expect(bench.fixture.store.userCount == 0)
            #expect(try await bench.fixture.users.user(UserFixture.key) == nil)
        }
    }

    @Test func `somebody else's erasure in the midst of a login does it no harm`() async throws {
        let erase: @Sendable (UserFixture) async throws -> Void = { fixture in
            let other = User.Key(appID: GatewaySamples.appID, openID: "oOther")
            try await fixture.logIn(other)
            try await fixture.administration.erase(.key(other), with: try AdminKey(name: "n", key: "k"))
        }
        try await withBench(beforeOpening: erase) { bench in
            let token = try await bench.logIn()
            #expect(try await bench.fixture.reason(of: token) == nil)
        }
    }

    @Test func `the session_key is kept sealed, and opens for its user`() async throws {
        try await withBench { bench in
            _ = try await bench.logIn()
            let fixture = bench.fixture
            let kept = try await fixture.users.sessionKeys(of: UserFixture.key, now: fixture.clock.milliseconds)
            #expect(kept.count == 1 && !String(decoding: kept[0].bytes, as: UTF8.self).contains("tiihtNczf5v6"))
            let vault = SessionKeyVault(users: fixture.users, records: fixture.records, clock: fixture.clock.wall)
            #expect(try await vault.keys(of: UserFixture.key).newest?.string == GatewaySamples.sessionKey)
        }
    }
}
