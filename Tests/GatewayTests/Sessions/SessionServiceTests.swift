import HTTPServer
import OpenSSL
import Testing

@testable import Gateway

@Suite struct SessionServiceTests {
    private static let user = User.Key(appID: GatewaySamples.appID, openID: GatewaySamples.openID)

    private let clock = ManualClock()
    private let store = MemorySessionStore()

    private func service(
        limits: [SessionChannel: Int] = [.mini: 1, .web: 1],
        keys: [UInt8] = [1],
        store: (any SessionStore)? = nil
    ) throws -> SessionService {
        var policy = SessionPolicy()
        policy.limits = limits
        return try SessionService(
            store: store ?? self.store,
            policy: policy,
            keys: try keys.map { try SigningKey(Array(repeating: $0, count: 32)) },
            clock: clock.wall
        )
    }

    private func reason(of token: BearerToken, at service: SessionService) async throws -> InvalidTokenReason? {
        do throws(GatewayError) {
            _ = try await service.check(token)
            return nil
        } catch {
            guard case .invalidToken(let reason) = error else { throw error }
            return reason
        }
    }

    private func logOutReason(_ token: BearerToken, at service: SessionService) async throws -> InvalidTokenReason? {
        do throws(GatewayError) {
            try await service.logOut(token)
            return nil
        } catch {
            guard case .invalidToken(let reason) = error else { throw error }
            return reason
        }
    }

    @Test func `a login's token has the contract's claims and is good at once`() async throws {
        let service = try service()
        let issued = try await service.open(for: Self.user, channel: .web, device: "phone")
        let verifier = try TokenVerifier(keys: [try SigningKey(Array(repeating: 1, count: 32))])
        guard case .valid(let claims) = try verifier.verify(issued.token, now: clock.milliseconds / 1_000) else {
            Issue.record("not valid")
            return
        }
        #expect(claims.openID == Self.user.openID && claims.appID == Self.user.appID && claims.channel == .web)
        #expect(claims.sessionID == issued.session.sid && claims.tokenID == issued.session.jti)
        #expect(claims.issuedAt == 1_700_000_000 && claims.expiresAt == 1_700_000_000 + 604_800)
        #expect(try await service.check(issued.token) == issued.session)
        #expect(issued.session.device == "phone" && issued.session.createdAt == 1_700_000_000)
    }

    @Test func `sid and jti are 128 random bits each, never the same`() async throws {
        let service = try service(limits: [.mini: 0])
        var names: Set<String> = []
        for _ in 0..<200 {
            let session = try await service.open(for: Self.user, channel: .mini, device: nil).session
            for name in [session.sid, session.jti] {
                let bytes = Array(name.utf8)
                #expect(Base64.decodeURLSafe(bytes.span)?.count == 16)
                names.insert(name)
            }
        }
        #expect(names.count == 400)
    }

    @Test func `a token is good before its expiry and expired at it`() async throws {
        let service = try service()
        let issued = try await service.open(for: Self.user, channel: .mini, device: nil)
        #expect(service.expiresIn(issued.session) == 604_800)
        clock.advance(seconds: 604_799)
        #expect(try await reason(of: issued.token, at: service) == nil)
        #expect(service.expiresIn(issued.session) == 1)
        clock.advance(seconds: 1)
        #expect(try await reason(of: issued.token, at: service) == .expired)
        #expect(try await logOutReason(issued.token, at: service) == .expired)
        #expect(service.expiresIn(issued.session) == 0)
        clock.advance(seconds: 1_000)
        #expect(service.expiresIn(issued.session) == 0)
        #expect(try await !service.isCurrent(issued))
    }

    @Test func `a newer login replaces the older one at once, in its channel only`() async throws {
        let service = try service()
        let mini = try await service.open(for: Self.user, channel: .mini, device: nil)
        let web = try await service.open(for: Self.user, channel: .web, device: nil)
        let newer = try await service.open(for: Self.user, channel: .mini, device: nil)
        #expect(try await reason(of: mini.token, at: service) == .replaced)
        #expect(try await !service.isCurrent(mini))
        #expect(try await reason(of: web.token, at: service) == nil)
        #expect(try await reason(of: newer.token, at: service) == nil)
        #expect(try await service.isCurrent(newer))
        // A dead token ends nothing.
        #expect(try await logOutReason(mini.token, at: service) == .replaced)
        #expect(try await reason(of: newer.token, at: service) == nil)
    }

    @Test func `limits are per channel, zero is none, and a channel without a limit has one session`() async throws {
        let service = try service(limits: [.mini: 0])
        var tokens: [BearerToken] = []
        for _ in 0..<5 { tokens.append(try await service.open(for: Self.user, channel: .mini, device: nil).token) }
        for token in tokens { #expect(try await reason(of: token, at: service) == nil) }
        let web = try await service.open(for: Self.user, channel: .web, device: nil)
        _ = try await service.open(for: Self.user, channel: .web, device: nil)
        #expect(try await reason(of: web.token, at: service) == .replaced)
    }

    @Test func `a logout ends the session everywhere at once, and a second one says that it was over`() async throws {
        let service = try service()
        let elsewhere = try self.service()
        let issued = try await service.open(for: Self.user, channel: .mini, device: nil)
        #expect(try await elsewhere.check(issued.token) == issued.session)
        try await service.logOut(issued.token)
        #expect(try await reason(of: issued.token, at: elsewhere) == .loggedOut)
        #expect(try await logOutReason(issued.token, at: elsewhere) == .loggedOut)
        #expect(try await !service.isCurrent(issued))
        #expect(store.liveCount == 0)
    }

    @Test func `an operator's end says so`() async throws {
        let service = try service()
        let issued = try await service.open(for: Self.user, channel: .mini, device: nil)
        let session = issued.session
        _ = try await store.end(session.user, sid: session.sid, jti: session.jti, as: .revoked, now: 0)
        #expect(try await reason(of: issued.token, at: service) == .revoked)
    }

    @Test func `a signed token whose session is not remembered is replaced`() async throws {
        let issued = try await service().open(for: Self.user, channel: .mini, device: nil)
        let forgetful = try service(store: MemorySessionStore())
        #expect(try await reason(of: issued.token, at: forgetful) == .replaced)
        #expect(try await logOutReason(issued.token, at: forgetful) == .replaced)
    }

    @Test func `a token of another gateway is unknown, none at all is malformed`() async throws {
        let issued = try await service(keys: [2]).open(for: Self.user, channel: .mini, device: nil)
        let service = try service()
        #expect(try await reason(of: issued.token, at: service) == .unknown)
        #expect(try await logOutReason(issued.token, at: service) == .unknown)
        for text in ["", "a", "a.b", "a.b.c.d", "ä.b.c"] {
            #expect(try await reason(of: BearerToken(text), at: service) == .malformed)
        }
    }

    @Test func `after a rotation the newest key signs and the older ones still verify`() async throws {
        let old = try service(keys: [1])
        let rotated = try service(keys: [2, 1], store: store)
        let before = try await old.open(for: Self.user, channel: .mini, device: nil)
        #expect(try await reason(of: before.token, at: rotated) == nil)
        let after = try await rotated.open(for: Self.user, channel: .web, device: nil)
        #expect(try await reason(of: after.token, at: rotated) == nil)
        #expect(try await reason(of: after.token, at: old) == .unknown)
    }

    @Test func `a store that does not answer is told as such, never as a bad token`() async throws {
        let issued = try await service().open(for: Self.user, channel: .mini, device: nil)
        let broken = try service(store: BrokenStore())
        for call in [
            { _ = try await broken.check(issued.token) }, { try await broken.logOut(issued.token) },
            { _ = try await broken.isCurrent(issued) },
            { _ = try await broken.open(for: Self.user, channel: .mini, device: nil) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: GatewayError.self) { try await call() }
            #expect(error?.problem.error == "store_unavailable")
        }
    }

    private struct BrokenStore: SessionStore {
        func open(_ session: Session, limit: Int, now: Int64) async throws(StoreError) { throw .unavailable }

        func lookup(_ user: User.Key, sid: String, jti: String, now: Int64) async throws(StoreError) -> SessionLookup {
            throw .unavailable
        }

        func end(
            _ user: User.Key,
            sid: String,
            jti: String,
            as reason: SessionEnd,
            now: Int64
        ) async throws(StoreError) -> SessionLookup {
            throw .unavailable
        }

        func sweep(now: Int64) {}
    }
}
