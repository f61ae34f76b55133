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
            keys: try keys.map { try GatewaySamples.signingKey($0) },
            records: try RecordCipher(keys: [try GatewaySamples.dataKey()]),
            clock: clock.wall
        )
    }

    private func open(
        at service: SessionService,
        _ channel: SessionChannel = .mini,
        device: String? = nil
    ) async throws -> IssuedToken {
        try await service.open(for: Self.user, identity: UserIdentity(), channel: channel, device: device)
    }

    private func claims(of issued: IssuedToken) throws -> TokenClaims {
        let verifier = try TokenVerifier(keys: [try GatewaySamples.signingKey()])
        guard case .valid(let claims) = try verifier.verify(issued.token, now: clock.wall.seconds) else {
            throw GatewayError.invalidToken(.unknown)
        }
        return claims
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
        let issued = try await open(at: service, .web, device: "phone")
        let claims = try claims(of: issued)
        #expect(claims.openID == Self.user.openID && claims.appID == Self.user.appID && claims.channel == .web)
        #expect(try issued.digests == TokenDigests(of: claims, by: SHA256()) && issued.expiresAt == claims.expiresAt)
        #expect(claims.issuedAt == 1_700_000_000 && claims.expiresAt == 1_700_000_000 + 604_800)
        let checked = try await service.check(issued.token)
        #expect(checked.user == Self.user && checked.tokenExpiresAt == claims.expiresAt && checked.live.isCurrent)
        #expect(checked.session.sid == issued.digests.sid && checked.session.token.jti == issued.digests.jti)
        #expect(checked.session.device == "phone" && checked.session.createdAt == 1_700_000_000)
        #expect(checked.validUntil == claims.expiresAt)
    }

    @Test func `sid and jti are 128 random bits each, never the same`() async throws {
        let service = try service(limits: [.mini: 0])
        var names: Set<String> = []
        for _ in 0..<200 {
            let claims = try claims(of: try await open(at: service, .mini))
            for name in [claims.sessionID, claims.tokenID] {
                let bytes = Array(name.utf8)
                #expect(Base64.decodeURLSafe(bytes.span)?.count == 16)
                names.insert(name)
            }
        }
        #expect(names.count == 400)
    }

    @Test func `a token is good before its expiry and expired at it`() async throws {
        let service = try service()
        let issued = try await open(at: service, .mini)
        #expect(service.seconds(until: issued.expiresAt) == 604_800)
        clock.advance(seconds: 604_799)
        #expect(try await reason(of: issued.token, at: service) == nil)
        #expect(service.seconds(until: issued.expiresAt) == 1)
        clock.advance(seconds: 1)
        #expect(try await reason(of: issued.token, at: service) == .expired)
        #expect(try await logOutReason(issued.token, at: service) == .expired)
        #expect(service.seconds(until: issued.expiresAt) == 0)
        clock.advance(seconds: 1_000)
        #expect(service.seconds(until: issued.expiresAt) == 0)
        #expect(try await !service.isCurrent(issued))
    }

    @Test func `a newer login replaces the older one at once, in its channel only`() async throws {
        let service = try service()
        let mini = try await open(at: service, .mini)
        let web = try await open(at: service, .web)
        let newer = try await open(at: service, .mini)
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
        for _ in 0..<5 { tokens.append(try await open(at: service, .mini).token) }
        for token in tokens { #expect(try await reason(of: token, at: service) == nil) }
        let web = try await open(at: service, .web)
        _ = try await open(at: service, .web)
        #expect(try await reason(of: web.token, at: service) == .replaced)
    }

    @Test func `a logout ends the session everywhere at once, and a second one says that it was over`() async throws {
        let service = try service()
        let elsewhere = try self.service()
        let issued = try await open(at: service, .mini)
        #expect(try await elsewhere.check(issued.token).session.sid == issued.digests.sid)
        try await service.logOut(issued.token)
        #expect(try await reason(of: issued.token, at: elsewhere) == .loggedOut)
        #expect(try await logOutReason(issued.token, at: elsewhere) == .loggedOut)
        #expect(try await !service.isCurrent(issued))
        #expect(store.liveCount == 0)
    }

    @Test func `an operator's end says so`() async throws {
        let service = try service()
        let issued = try await open(at: service, .mini)
        _ = try await store.endAll(of: Self.user, as: .revoked, now: 0)
        #expect(try await reason(of: issued.token, at: service) == .revoked)
    }

    @Test func `a signed token whose session is not remembered is replaced`() async throws {
        let issued = try await open(at: try service(), .mini)
        let forgetful = try service(store: MemorySessionStore())
        #expect(try await reason(of: issued.token, at: forgetful) == .replaced)
        #expect(try await logOutReason(issued.token, at: forgetful) == .replaced)
    }

    @Test func `a token of another gateway is unknown, none at all is malformed`() async throws {
        let issued = try await open(at: try service(keys: [2]), .mini)
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
        let before = try await open(at: old, .mini)
        #expect(try await reason(of: before.token, at: rotated) == nil)
        let after = try await open(at: rotated, .web)
        #expect(try await reason(of: after.token, at: rotated) == nil)
        #expect(try await reason(of: after.token, at: old) == .unknown)
    }

    @Test func `a store that does not answer is told as such, never as a bad token`() async throws {
        let issued = try await open(at: try service(), .mini)
        let broken = try service(store: BrokenSessionStore())
        for call in [
            { _ = try await broken.check(issued.token) }, { try await broken.logOut(issued.token) },
            { _ = try await broken.isCurrent(issued) }, { _ = try await broken.refresh(issued.token) },
            { _ = try await open(at: broken, .mini) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: GatewayError.self) { try await call() }
            #expect(error?.problem.error == "store_unavailable")
        }
    }

    @Test func `a check tells what the session knows of its user`() async throws {
        let service = try service()
        let identity = UserIdentity(id: 17, unionID: "u1")
        let issued = try await service.open(for: Self.user, identity: identity, channel: .mini, device: nil)
        #expect(try await service.check(issued.token).identity == identity)
    }

    /// Device overlap, contract section 3, *Single sign-on*.
    @Test func `the same device's older session goes on for ten seconds`() async throws {
        let service = try service()
        let older = try await open(at: service, device: "phone")
        let newer = try await open(at: service, device: "phone")
        #expect(try await !service.isCurrent(older))
        #expect(try await service.isCurrent(newer))
        clock.advance(milliseconds: 9_999)
        #expect(try await reason(of: older.token, at: service) == nil)
        clock.advance(milliseconds: 1)
        #expect(try await reason(of: older.token, at: service) == .replaced)
        #expect(try await reason(of: newer.token, at: service) == nil)
    }

    @Test(arguments: ["tablet", nil])
    func `another device's login ends an overlap at once`(device: String?) async throws {
        let service = try service(limits: [.mini: 0])
        let older = try await open(at: service, device: "phone")
        let newer = try await open(at: service, device: "phone")
        _ = try await open(at: service, device: device)
        #expect(try await reason(of: older.token, at: service) == .replaced)
        #expect(try await reason(of: newer.token, at: service) == nil)
    }

    @Test func `a logout ends an overlap at once`() async throws {
        let service = try service()
        let older = try await open(at: service, device: "phone")
        let newer = try await open(at: service, device: "phone")
        try await service.logOut(newer.token)
        #expect(try await reason(of: older.token, at: service) == .replaced)
        #expect(try await reason(of: newer.token, at: service) == .loggedOut)
    }

    @Test func `a device's login takes the place of its own session first, then of the oldest`() async throws {
        let service = try service(limits: [.mini: 2])
        let tablet = try await open(at: service, device: "tablet")
        let phone = try await open(at: service, device: "phone")
        let again = try await open(at: service, device: "phone")
        #expect(try await reason(of: tablet.token, at: service) == nil)
        #expect(try await reason(of: phone.token, at: service) == nil)
        _ = try await open(at: service, device: "watch")
        #expect(try await reason(of: tablet.token, at: service) == .replaced)
        #expect(try await reason(of: again.token, at: service) == nil)
    }
}
