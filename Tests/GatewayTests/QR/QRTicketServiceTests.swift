import Testing
import WeChat

@testable import Gateway

/// What phones may and may not do, attack by attack (contract section 4).
@Suite struct QRTicketServiceTests {
    // MARK: - Scans

    @Test func `a scan tells what is known of the browser, and a repeat tells the same nonce`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let new = try await fixture.create()
        let first = try await fixture.scan(new, by: phone)
        let again = try await fixture.scan(new, by: phone, address: "192.0.2.7")
        #expect(first.nonce == again.nonce)
        #expect(first.isSameAddress == true && again.isSameAddress == false)
        #expect(first.asker == QRTicket.Asker(site: "shop", address: "192.0.2.1", userAgent: "Firefox"))
        #expect(try await fixture.scan(new, by: phone, address: nil).isSameAddress == nil)
        #expect(try await fixture.status(new) == .scanned)
    }

    @Test func `another user and another session of the same user get no scan after the first`() async throws {
        let fixture = try QRFixture(users: try UserFixture(policy: Self.manySessions))
        let phone = try await fixture.session()
        let (new, _) = try await fixture.scanned(by: phone)
        for thief in [try await fixture.session(), try await fixture.session(QRFixture.other)] {
            #expect(await outcome { _ = try await fixture.scan(new, by: thief) } == "qr_conflict")
        }
        #expect(try await fixture.status(new) == .scanned)
    }

    @Test func `a session of the web breeds no other`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let web = try await fixture.session(channel: .web)
        let new = try await fixture.create()
        #expect(await outcome { _ = try await fixture.scan(new, by: web) } == "forbidden")
        let nonce = try await fixture.scan(new, by: phone).nonce.text
        let scene = new.ticket.scene.text
        #expect(await outcome { try await fixture.service.confirm(scene, nonce: nonce, by: web) } == "forbidden")
        #expect(await outcome { try await fixture.service.cancel(scene, nonce: nonce, by: web) } == "forbidden")
        #expect(try await fixture.status(new) == .scanned)
    }

    @Test func `a ticket of another app is as if it were not`() async throws {
        let fixture = try QRFixture(scenes: 1)
        let new = try await fixture.create()
        let stranger = try await fixture.session(User.Key(appID: "wx0000000000000000", openID: "o1"))
        #expect(await outcome { _ = try await fixture.scan(new, by: stranger) } == "qr_expired")
        // It counted.
        #expect(await outcome { _ = try await fixture.scan(new, by: stranger) } == "rate_limited")
        #expect(try await fixture.status(new) == .pending)
    }

    @Test func `an unscanned ticket's scene opens nothing after its end, and counts only once it is forgotten`()
        async throws
    {
        let fixture = try QRFixture(scenes: 1)
        let phone = try await fixture.session()
        let new = try await fixture.create()
        fixture.clock.advance(milliseconds: 120_000)
        for _ in 0..<3 { #expect(await outcome { _ = try await fixture.scan(new, by: phone) } == "qr_expired") }
        fixture.clock.advance(milliseconds: 60_000)
        #expect(await outcome { _ = try await fixture.scan(new, by: phone) } == "qr_expired")
        #expect(await outcome { _ = try await fixture.scan(new, by: phone) } == "rate_limited")
    }

    @Test func `a thousand random scenes end at the limit, and so do right ones of that user alone`() async throws {
        let fixture = try QRFixture(scenes: 30)
        let thief = try await fixture.session(QRFixture.other)
        let phone = try await fixture.session()
        let (new, nonce) = try await fixture.scanned(by: phone)
        var outcomes: [String: Int] = [:]
        for _ in 0..<1_000 {
            let request = QRScanRequest(scene: try QRSamples.nonce().text, launchScene: 1047, address: nil)
            outcomes[await outcome { _ = try await fixture.service.scan(request, by: thief) }, default: 0] += 1
        }
        #expect(outcomes == ["qr_expired": 30, "rate_limited": 970])
        let fresh = try await fixture.create()
        #expect(await outcome { _ = try await fixture.scan(fresh, by: thief) } == "rate_limited")
        let scene = new.ticket.scene.text
        #expect(await outcome { try await fixture.service.confirm(scene, nonce: nonce, by: thief) } == "rate_limited")
        #expect(await outcome { try await fixture.service.cancel(scene, nonce: nonce, by: thief) } == "rate_limited")
        #expect(await outcome { try await fixture.service.confirm(scene, nonce: nonce, by: phone) } == "ok")
        #expect(
            Set(fixture.moved("wxgate_qr_refusals_total")) == [
                "{reason=\"wrong_scene\"} 30", "{reason=\"scene_rate\"} 973",
            ]
        )
    }

    @Test(arguments: ["", "a", "微", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAAAA"])
    func `a malformed scene is a wrong one, and counts`(scene: String) async throws {
        let fixture = try QRFixture(scenes: 1)
        let phone = try await fixture.session()
        #expect(await outcome { try await fixture.service.confirm(scene, nonce: nil, by: phone) } == "qr_expired")
        #expect(await outcome { try await fixture.service.confirm(scene, nonce: nil, by: phone) } == "rate_limited")
    }

    // MARK: - Launches

    @Test(arguments: [1007, 1008, 1010, 1012, 1013, 1036, 1037, 1044, 1048, 1049, 1065, 1069, 1194])
    func `albums, cards, other mini-programs and links are refused, and the ticket is unharmed`(launch: Int)
        async throws
    {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let new = try await fixture.create()
        #expect(await outcome { _ = try await fixture.scan(new, by: phone, launch: launch) } == "launch_refused")
        #expect(try await fixture.status(new) == .pending)
        #expect(await outcome { _ = try await fixture.scan(new, by: phone, launch: 1047) } == "ok")
    }

    @Test func `a link is opened by a link, from where it was asked for, and by nothing worse`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        for launch in [1065, 1194] {
            let new = try await fixture.create(.link)
            for address in ["192.0.2.7", nil] {
                #expect(
                    await outcome { _ = try await fixture.scan(new, by: phone, launch: launch, address: address) }
                        == "forbidden"
                )
            }
            #expect(await outcome { _ = try await fixture.scan(new, by: phone, launch: 1007) } == "launch_refused")
            #expect(try await fixture.status(new) == .pending)
            #expect(await outcome { _ = try await fixture.scan(new, by: phone, launch: launch) } == "ok")
        }
        let nowhere = try await fixture.create(.link, address: nil)
        #expect(
            await outcome { _ = try await fixture.scan(nowhere, by: phone, launch: 1065, address: nil) } == "forbidden"
        )
    }

    @Test func `a link lives a minute, and is made only where links are on`() async throws {
        let fixture = try QRFixture()
        let new = try await fixture.create(.link)
        #expect(new.lifeSeconds == 60)
        fixture.clock.advance(milliseconds: 59_999)
        #expect(try await fixture.status(new) == .pending)
        fixture.clock.advance(milliseconds: 1)
        #expect(try await fixture.status(new) == .expired)
        var policy = QRPolicy()
        policy.allowsLinks = false
        let without = try QRFixture(policy: policy)
        #expect(await outcome { _ = try await without.create(.link) } == "invalid_request")
        #expect(await outcome { _ = try await without.create() } == "ok")
    }

    @Test func `a scan without launch scene is taken and counted`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let new = try await fixture.create()
        _ = try await fixture.scan(new, by: phone, launch: nil)
        #expect(fixture.moved("wxgate_qr_scans_without_launch_scene_total") == [" 1"])
    }

    // MARK: - Decisions

    private enum Decision: CaseIterable { case confirm, cancel }

    private func decide(
        _ decision: Decision,
        _ fixture: QRFixture,
        _ new: NewQRTicket,
        _ nonce: String?,
        by session: CheckedSession
    ) async -> String {
        await outcome {
            switch decision {
            case .confirm: try await fixture.service.confirm(new.ticket.scene.text, nonce: nonce, by: session)
            case .cancel: try await fixture.service.cancel(new.ticket.scene.text, nonce: nonce, by: session)
            }
        }
    }

    @Test func `nobody decides but the session that scanned, with its nonce`() async throws {
        for decision in Decision.allCases {
            let fixture = try QRFixture(users: try UserFixture(policy: Self.manySessions))
            let phone = try await fixture.session()
            let (new, nonce) = try await fixture.scanned(by: phone)
            for thief in [try await fixture.session(), try await fixture.session(QRFixture.other)] {
                #expect(await decide(decision, fixture, new, nonce, by: thief) == "forbidden")
            }
            for wrong in [nil, "", "x", try QRSamples.nonce().text, new.ticket.scene.text, new.ticket.id.text] {
                #expect(await decide(decision, fixture, new, wrong, by: phone) == "forbidden")
            }
            #expect(try await fixture.status(new) == .scanned)
            #expect(await decide(decision, fixture, new, nonce, by: phone) == "ok")
        }
    }

    @Test func `a decision made twice is the same decision, and the other one comes too late`() async throws {
        for (decision, other) in [(Decision.confirm, Decision.cancel), (.cancel, .confirm)] {
            let fixture = try QRFixture()
            let phone = try await fixture.session()
            let (new, nonce) = try await fixture.scanned(by: phone)
            for _ in 0..<2 { #expect(await decide(decision, fixture, new, nonce, by: phone) == "ok") }
            #expect(await decide(other, fixture, new, nonce, by: phone) == "qr_conflict")
            #expect(try await fixture.status(new) == (decision == .confirm ? .confirmed : .cancelled))
        }
    }

    @Test func `a decision before the scan is too early, and after the end too late`() async throws {
        for decision in Decision.allCases {
            let fixture = try QRFixture()
            let phone = try await fixture.session()
            let unscanned = try await fixture.create()
            let nonce = try QRSamples.nonce().text
            #expect(await decide(decision, fixture, unscanned, nonce, by: phone) == "qr_conflict")
            let (new, right) = try await fixture.scanned(by: phone)
            fixture.clock.advance(milliseconds: 180_000)
            #expect(await decide(decision, fixture, new, right, by: phone) == "qr_expired")
            #expect(try await fixture.status(new) == .expired)
        }
    }

    @Test func `a confirm after the claim is still the same confirm`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let (new, nonce) = try await fixture.scanned(by: phone)
        #expect(await decide(.confirm, fixture, new, nonce, by: phone) == "ok")
        _ = try await fixture.service.poll(new.ticket.id)
        #expect(await decide(.confirm, fixture, new, nonce, by: phone) == "ok")
        #expect(await decide(.cancel, fixture, new, nonce, by: phone) == "qr_conflict")
    }

    // MARK: - Limits

    @Test func `an address has so many tickets a minute`() async throws {
        let fixture = try QRFixture(tickets: 2)
        for _ in 0..<2 { #expect(await outcome { _ = try await fixture.create() } == "ok") }
        #expect(await outcome { _ = try await fixture.create() } == "rate_limited")
        #expect(await outcome { _ = try await fixture.create(address: "192.0.2.2") } == "ok")
    }

    @Test func `what keeps codes away is told as it is`() async throws {
        let fixture = try QRFixture()
        fixture.shared.codes.fails(.overloaded("no code", retryAfter: 3))
        #expect(await outcome { _ = try await fixture.create() } == "overloaded")
        #expect(fixture.shared.store.ticketCount == 0)
    }

    @Test func `tickets are shown by how they stand`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        _ = try await fixture.create()
        _ = try await fixture.scanned(by: phone)
        #expect(
            fixture.moved("wxgate_qr_tickets") == ["{status=\"pending\"} 1", "{status=\"scanned\"} 1"]
        )
    }

    private static var manySessions: SessionPolicy {
        var policy = SessionPolicy()
        policy.limits[.mini] = 0
        return policy
    }
}
