import Gateway
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// How a confirmed login reaches its browser, though replies are lost.
    @Suite struct WebLoginClaimTests {
        @Test(arguments: HarnessStore.allCases)
        func `a lost claim reply comes again for 15 s, then the ticket is claimed, then it never was`(
            store: HarnessStore
        ) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.loops = 2
                $0.store = store
                $0.clock = clock.wallClock
                $0.configure = { $0.admin.host = "127.0.0.1" }
            }) { harness in
                let phone = try harness.phone(of: "o-1")
                let browser = try harness.connect()
                let login = try browser.newLogin()
                let nonce = try phone.scan(login.scene).string("nonce")
                do {
                    let lost = try harness.connect()
                    lost.sendStatus(login, "?wait=25&seen=scanned")
                    try harness.untilParked(1)
                    #expect(try phone.confirm(login.scene, nonce: nonce).status == 200)
                    withExtendedLifetime(lost) {}
                }
                clock.advance(milliseconds: 5_000)
                let first = try browser.status(login)
                let token = try expectClaim(first)
                clock.advance(milliseconds: 9_999)
                let second = try harness.connect().status(login, "?wait=25&seen=confirmed")
                #expect(try expectClaim(second) == token)
                #expect(second["set-cookie"] == first["set-cookie"] && first["set-cookie"] != nil)
                #expect(try browser.session(token).status == 200)
                // The window began with whoever claimed: the lost poll if it came so far, else the first one after.
                clock.advance(milliseconds: 5_001)
                let over = try browser.status(login, "?wait=25&seen=scanned")
                expectStatus(over, "claimed")
                #expect(over["set-cookie"] == nil)
                clock.advance(milliseconds: 45_000)
                expectProblem(try browser.status(login), 410, "qr_expired")
                expectProblem(try phone.scan(login.scene), 410, "qr_expired")
                expectProblem(try phone.confirm(login.scene, nonce: nonce), 410, "qr_expired")
                #expect(try browser.session(token).status == 200)
            }
        }

        @Test func `the claim window ends to the millisecond, and so does the memory of it`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let phone = try harness.phone(of: "o-1")
                let browser = try harness.connect()
                let login = try browser.newLogin()
                try phone.approve(login)
                let token = try expectClaim(browser.status(login))
                clock.advance(milliseconds: 14_999)
                #expect(try expectClaim(browser.status(login)) == token)
                clock.advance(milliseconds: 1)
                expectStatus(try browser.status(login), "claimed")
                clock.advance(milliseconds: 44_999)
                expectStatus(try browser.status(login), "claimed")
                clock.advance(milliseconds: 1)
                expectProblem(try browser.status(login), 410, "qr_expired")
            }
        }

        @Test func `the session is made by the claim and not by the confirm`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let phone = try harness.phone(of: "o-1")
                let browser = try harness.connect()
                let (first, second) = (try browser.newLogin(), try browser.newLogin())
                try phone.approve(first)
                let token = try expectClaim(browser.status(first))
                // One web session a user: a confirm that made one would end the first.
                try phone.approve(second)
                #expect(try browser.session(token).status == 200)
                clock.advance(milliseconds: 1_000)
                try expectClaim(browser.status(second))
                expectRefused(try browser.session(token), "replaced")
                // The phone's own session is of another channel.
                #expect(try browser.session(phone.token).status == 200)
            }
        }

        @Test func `a confirmed login that nobody claims in its time makes no session`() async throws {
            let clock = ManualClock()
            try await withGateway({ $0.clock = clock.wallClock }) { harness in
                let phone = try harness.phone(of: "o-1")
                let browser = try harness.connect()
                let login = try browser.newLogin()
                try phone.approve(login)
                clock.advance(milliseconds: 180_000)
                expectStatus(try browser.status(login), "expired")
                clock.advance(milliseconds: 60_000)
                expectProblem(try browser.status(login), 410, "qr_expired")
            }
        }

        @Test func `the earlier session of the browser is never upgraded`() async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                let browser = try harness.connect()
                let mine = try harness.phone(of: "o-2")
                let login = try browser.newLogin(headers: [("Cookie", "wxgate_session=\(mine.token)")])
                try phone.approve(login)
                let token = try expectClaim(
                    browser.status(login, headers: [("Cookie", "wxgate_session=\(mine.token)")])
                )
                #expect(token != mine.token)
                #expect(try browser.session(token).string("openid") == "o-1")
                #expect(try browser.session(mine.token).string("openid") == "o-2")
            }
        }

        @Test func `a session of the web breeds no other one`() async throws {
            try await withGateway { harness in
                let phone = try harness.phone(of: "o-1")
                let browser = try harness.connect()
                let login = try browser.newLogin()
                try phone.approve(login)
                let web = Phone(client: browser, token: try expectClaim(browser.status(login)))
                let next = try browser.newLogin()
                expectProblem(try web.scan(next.scene), 403, "forbidden")
                let nonce = try phone.scan(next.scene).string("nonce")
                expectProblem(try web.confirm(next.scene, nonce: nonce), 403, "forbidden")
                expectProblem(try web.cancel(next.scene, nonce: nonce), 403, "forbidden")
                expectStatus(try browser.status(next), "scanned")
                #expect(try phone.confirm(next.scene, nonce: nonce).status == 200)
            }
        }
    }
}
