import OpenSSL
import Testing
import WeChat

@testable import Gateway

/// How a confirmed ticket becomes one session (contract section 4, status).
@Suite struct QRClaimTests {
    private func webSessions(_ fixture: QRFixture) async throws -> Int {
        try await fixture.users.store.sessions(of: UserFixture.key, now: fixture.clock.wall.seconds)
            .count { $0.channel == .web }
    }

    @Test func `a confirm makes no session, the first poll does, and its repeats get the same for fifteen seconds`()
        async throws
    {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let new = try await fixture.confirmed(by: phone)
        #expect(try await webSessions(fixture) == 0)
        let first = try #require(try await fixture.service.poll(new.ticket.id).login)
        let checked = try await fixture.users.sessions.check(first.token)
        #expect(checked.session.channel == .web && checked.user == phone.user)
        fixture.clock.advance(milliseconds: 14_999)
        let again = try #require(try await fixture.service.poll(new.ticket.id).login)
        #expect(again.reply == first.reply && again.token == first.token && again.expiresIn == first.expiresIn)
        #expect(String(decoding: first.reply, as: UTF8.self).contains("\"expires_in\":604800"))
        fixture.clock.advance(milliseconds: 1)
        #expect(try await fixture.service.poll(new.ticket.id).status == .claimed)
        #expect(try await webSessions(fixture) == 1)
        fixture.clock.advance(milliseconds: 45_000)
        #expect(await outcome { _ = try await fixture.service.poll(new.ticket.id) } == "qr_expired")
    }

    @Test func `a poll tells how a ticket stands, and who has scanned`() async throws {
        let fixture = try QRFixture()
        let token = try await fixture.users.logIn(nickName: "Ann")
        let phone = try await fixture.users.sessions.check(BearerToken(token))
        let new = try await fixture.create()
        #expect(try await fixture.service.poll(new.ticket.id).status == .pending)
        let nonce = try await fixture.scan(new, by: phone).nonce.text
        guard case .status(.scanned, let remaining, let profile) = try await fixture.service.poll(new.ticket.id) else {
            Issue.record("not scanned")
            return
        }
        #expect(remaining == 180_000 && profile?.nickName == "Ann")
        try await fixture.service.cancel(new.ticket.scene.text, nonce: nonce, by: phone)
        #expect(try await fixture.service.poll(new.ticket.id).status == .cancelled)
    }

    @Test func `only the ticket's own secret opens it`() async throws {
        let fixture = try QRFixture()
        let (new, other) = (try await fixture.create(), try await fixture.create())
        let wrong = [
            nil, QRSecret(new.ticket.scene.text), QRSecret(new.ticket.id.text), other.secret, QRSecret("x"),
            QRSecret(new.secret.text + "A"),
        ]
        for secret in wrong {
            #expect(await outcome { try await fixture.service.authorize(new.ticket.id, secret: secret) } == "forbidden")
        }
        #expect(await outcome { try await fixture.service.authorize(new.ticket.id, secret: new.secret) } == "ok")
        let unknown = try QRTicketID(from: SecureRandom())
        #expect(await outcome { try await fixture.service.authorize(unknown, secret: new.secret) } == "qr_expired")
        #expect(try await fixture.status(new) == .pending)
    }

    @Test func `twenty claims at once make one session, and all get its login`() async throws {
        let fixture = try QRFixture(userStore: nil)
        let phone = try await fixture.session()
        for _ in 0..<20 {
            let new = try await fixture.confirmed(by: phone)
            let tokens = try await Loops.run(20, fixture) { service, _ in
                while true {
                    switch try await service.poll(new.ticket.id) {
                    case .login(let login, _): return login.token.string
                    case .claiming: await Task.yield()
                    case .status(let status, _, _): return status.rawValue
                    }
                }
            }
            #expect(Set(tokens).count == 1)
            #expect(await outcome { _ = try await fixture.users.sessions.check(BearerToken(tokens[0])) } == "ok")
        }
    }

    @Test func `of two phones that scan at once one wins, and only it has a nonce`() async throws {
        let fixture = try QRFixture()
        let one = try await fixture.session()
        let other = try await fixture.session(QRFixture.other)
        for _ in 0..<100 {
            let new = try await fixture.create()
            let scene = new.ticket.scene.text
            let outcomes = try await Loops.run(2, fixture) { service, number in
                let request = QRScanRequest(scene: scene, launchScene: 1047, address: nil)
                return await outcome { _ = try await service.scan(request, by: number == 0 ? one : other) }
            }
            #expect(outcomes.sorted() == ["ok", "qr_conflict"])
        }
    }

    @Test func `of a confirm and a cancel at once one wins, and the ticket stands as its caller was told`() async throws
    {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        for _ in 0..<100 {
            let (new, nonce) = try await fixture.scanned(by: phone)
            let scene = new.ticket.scene.text
            let outcomes = try await Loops.run(2, fixture) { service, number in
                await outcome {
                    if number == 0 {
                        try await service.confirm(scene, nonce: nonce, by: phone)
                    } else {
                        try await service.cancel(scene, nonce: nonce, by: phone)
                    }
                }
            }
            #expect(outcomes.sorted() == ["ok", "qr_conflict"])
            #expect(try await fixture.status(new) == (outcomes[0] == "ok" ? .confirmed : .cancelled))
        }
    }

    // MARK: - Failures

    @Test func `an erased user gets no session, and the ticket is over`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let new = try await fixture.confirmed(by: phone)
        _ = try await fixture.users.users.erase(UserFixture.key)
        #expect(await outcome { _ = try await fixture.service.poll(new.ticket.id) } == "qr_expired")
        #expect(try await fixture.service.poll(new.ticket.id).status == .cancelled)
        #expect(try await webSessions(fixture) == 0)
    }

    @Test func `a user erased while his session is made takes it along`() async throws {
        let users = try UserFixture()
        let store = ErasingUserStore(users.users, users.erasures)
        let fixture = try QRFixture(users: users, userStore: store)
        let phone = try await fixture.session()
        let new = try await fixture.confirmed(by: phone)
        store.erasesAfterNextLook()
        #expect(await outcome { _ = try await fixture.service.poll(new.ticket.id) } == "qr_expired")
        #expect(try await fixture.service.poll(new.ticket.id).status == .cancelled)
        #expect(try await webSessions(fixture) == 0)
    }

    @Test(arguments: [SessionEnd.revoked, .loggedOut, .replaced])
    func `a phone whose session has ended since it confirmed lets nobody in`(reason: SessionEnd) async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let new = try await fixture.confirmed(by: phone)
        _ = try await fixture.users.store.endAll(of: UserFixture.key, as: reason, now: fixture.clock.wall.seconds)
        // Another one of the same user, after it, confirms nothing of it.
        _ = try await fixture.session()
        #expect(await outcome { _ = try await fixture.service.poll(new.ticket.id) } == "qr_expired")
        #expect(try await fixture.service.poll(new.ticket.id).status == .cancelled)
        #expect(try await webSessions(fixture) == 0)
    }

    @Test func `a phone whose session ends while the browser's is made takes that along`() async throws {
        let users = try UserFixture()
        let store = ErasingUserStore(users.users, users.erasures)
        let fixture = try QRFixture(users: users, userStore: store)
        let token = BearerToken(try await users.logIn(UserFixture.key, channel: .mini, device: nil))
        let new = try await fixture.confirmed(by: try await users.sessions.check(token))
        // At the second look the browser's session is there already; a logout of the phone does not end it.
        store.beforeNextLook {
            store.beforeNextLook { try await users.sessions.logOut(token) }
        }
        #expect(await outcome { _ = try await fixture.service.poll(new.ticket.id) } == "qr_expired")
        #expect(try await webSessions(fixture) == 0)
    }

    @Test func `a claim that fails is given back, and the next poll has it`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let new = try await fixture.confirmed(by: phone)
        let broken = try QRTicketService(
            on: fixture.loop,
            store: fixture.shared.store,
            changes: fixture.shared.changes,
            codes: fixture.shared.codes,
            users: fixture.users.users,
            sessions: SessionService(
                store: BrokenSessionStore(),
                policy: SessionPolicy(),
                keys: [try GatewaySamples.signingKey()],
                records: fixture.users.records,
                clock: fixture.clock.wall
            ),
            records: fixture.users.records,
            policy: QRPolicy(),
            limits: fixture.shared.limits,
            metrics: fixture.shared.metrics,
            clock: fixture.clock.wall
        )
        for _ in 0..<3 {
            #expect(await outcome { _ = try await broken.poll(new.ticket.id) } == "store_unavailable")
        }
        #expect(try await fixture.service.poll(new.ticket.id).login != nil)
    }

    @Test func `a dead claim is waited for, then taken over, and does no harm when it comes back to life`()
        async throws
    {
        let users = try UserFixture()
        let store = ErasingUserStore(users.users, users.erasures)
        let fixture = try QRFixture(users: users, userStore: store)
        let phone = try await fixture.session()
        let new = try await fixture.confirmed(by: phone)
        let second = try QRFixture.service(fixture.shared, users, on: fixture.loop)
        let (clock, id) = (fixture.clock, new.ticket.id)
        var taken: ClaimedLogin?
        // While the first claim looks for its user, the second one waits, and takes over after its lease.
        store.beforeNextLook {
            #expect(try await second.poll(id).isClaiming)
            clock.advance(milliseconds: 5_000)
            taken = try await second.poll(id).login
        }
        let answer = try #require(try await fixture.service.poll(id).login)
        #expect(taken != nil && answer.token == taken?.token)
        // The first one made none: that would have ended the one that the browser has.
        #expect(try await users.reason(of: answer.token.string) == nil)
        #expect(try await webSessions(fixture) == 1)
    }

    @Test func `a claim that is late before it has made a session begins anew`() async throws {
        let users = try UserFixture()
        let store = ErasingUserStore(users.users, users.erasures)
        let fixture = try QRFixture(users: users, userStore: store)
        let phone = try await fixture.session()
        let new = try await fixture.confirmed(by: phone)
        let clock = fixture.clock
        store.beforeNextLook { clock.advance(milliseconds: 2_500) }
        let login = try #require(try await fixture.service.poll(new.ticket.id).login)
        #expect(try await users.reason(of: login.token.string) == nil)
        #expect(try await webSessions(fixture) == 1)
    }

    @Test func `a kept login is read back whole, and nothing else is`() {
        let login = ClaimedLogin(token: BearerToken("a.b.c"), expiresIn: 604_800, reply: Array("{}".utf8))
        let bytes = login.encoded()
        let read = ClaimedLogin(encoded: bytes)
        #expect(read?.token == login.token && read?.expiresIn == 604_800 && read?.reply == login.reply)
        for count in 0..<bytes.count { #expect(ClaimedLogin(encoded: Array(bytes[..<count])) == nil) }
        #expect(ClaimedLogin(encoded: bytes + [0]) == nil)
        #expect(ClaimedLogin(encoded: [2] + bytes.dropFirst()) == nil)
    }
}
