import Gateway
import HTTPServer
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// The limits of web logins (contract sections 4 and 7).
    @Suite struct WebLoginLimitTests {
        private static func scene(_ generator: inout SeededGenerator) -> String {
            let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
            return String((0..<22).map { _ in letters[Int(generator.next() % 64)] })
        }

        @Test(arguments: ["scan", "confirm", "cancel"])
        func `of 1,000 random scenes 30 are looked up, then that user has to wait`(call: String) async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.loops = 2
                $0.clock = clock.wallClock
            }) { harness in
                let guesser = try harness.phone(of: "o-1")
                let other = try harness.phone(of: "o-2")
                let browser = try harness.connect()
                let (login, second) = (try browser.newLogin(), try browser.newLogin())
                var generator = SeededGenerator(seed: 41)
                var crowd = try ManyConnections(20, port: harness.port)
                let guesses = try (0..<1_000).map { _ in
                    try guesser.bytes(call, ["scene": Self.scene(&generator), "nonce": "AAAAAAAAAAAAAAAAAAAAAA"])
                }
                let replies = try crowd.exchange(guesses)
                #expect(replies.count { $0.status == 410 } == 30)
                for reply in replies where reply.status != 410 {
                    expectProblem(reply, 429, "rate_limited")
                    #expect((1...60).contains(reply["retry-after"].flatMap { Int($0) } ?? 0))
                }
                // Not even the right one, and not by any of the calls, nor with another session.
                let again = try harness.phone(of: "o-1")
                for phone in [guesser, again] {
                    for reply in [
                        try phone.scan(login.scene), try phone.confirm(login.scene, nonce: nil),
                        try phone.cancel(login.scene, nonce: nil), try phone.scan("x"),
                    ] where reply.status != 401 {
                        expectProblem(reply, 429, "rate_limited")
                    }
                }
                expectStatus(try browser.status(login), "pending")
                try other.approve(login)
                #expect(try browser.session(again.token).status == 200)
                // A minute later all is forgotten.
                clock.advance(milliseconds: 54_000)
                expectProblem(try again.scan(second.scene), 429, "rate_limited")
                clock.advance(milliseconds: 6_000)
                try again.approve(second)
                expectProblem(try again.scan(Self.scene(&generator)), 410, "qr_expired")
            }
        }

        @Test func `a scene that was right does not count, whatever became of it`() async throws {
            let clock = ManualClock()
            try await withGateway({
                $0.clock = clock.wallClock
                $0.configure = { $0.qr.wrongScenesPerUser = 2 }
            }) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                try harness.phone(of: "o-2").approve(login)
                for _ in 0..<5 { expectProblem(try phone.scan(login.scene), 409, "qr_conflict") }
                clock.advance(milliseconds: 181_000)
                for _ in 0..<5 { expectProblem(try phone.scan(login.scene), 410, "qr_expired") }
                try phone.approve(try phone.client.newLogin())
            }
        }

        @Test func `without a limit nobody waits`() async throws {
            try await withGateway({
                $0.configure = {
                    $0.qr.wrongScenesPerUser = 0
                    $0.qr.ticketsPerAddress = 0
                }
            }) { harness in
                let phone = try harness.phone(of: "o-1")
                for _ in 0..<100 { expectProblem(try phone.scan("x"), 410, "qr_expired") }
                for _ in 0..<70 { _ = try phone.client.newLogin() }
            }
        }

        @Test func `an address begins so many logins a minute, over both loops`() async throws {
            let clock = ManualClock()
            let proxy = try #require(AddressRange("127.0.0.1"))
            try await withGateway({
                $0.loops = 2
                $0.clock = clock.wallClock
                $0.configure = {
                    $0.qr.ticketsPerAddress = 5
                    $0.trustedProxies = [proxy]
                }
            }) { harness in
                func creation(_ address: String) -> [UInt8] {
                    let headers = [("X-Forwarded-For", address), ("Content-Type", "application/json")]
                    return KeepAliveClient.bytes("POST", "/api/v1/qr", headers: headers, body: "{}")
                }
                var crowd = try ManyConnections(12, port: harness.port)
                let replies = try crowd.exchange(Array(repeating: creation("2001:db8:1:2::a"), count: 12))
                #expect(replies.count { $0.status == 201 } == 5)
                for reply in replies where reply.status != 201 { expectProblem(reply, 429, "rate_limited") }
                // The /64 is one subscriber, its neighbour another one.
                let others = try crowd.exchange([creation("2001:db8:1:2:ffff::1"), creation("2001:db8:1:3::a")])
                #expect(others.map(\.status) == [429, 201])
                clock.advance(milliseconds: 60_000)
                #expect(try crowd.exchange([creation("2001:db8:1:2::a")]).map(\.status) == [201])
            }
        }

        @Test func `a header that nobody vouches for evades no limit`() async throws {
            try await withGateway({ $0.configure = { $0.qr.ticketsPerAddress = 3 } }) { harness in
                let client = try harness.connect()
                for index in 0..<6 {
                    let forged = [("X-Forwarded-For", "203.0.113.\(index)")]
                    let reply = try client.post("/api/v1/qr", json: "{}", headers: forged)
                    #expect(reply.status == (index < 3 ? 201 : 429))
                }
            }
        }

        @Test func `a ninth poll of one ticket is turned away, and comes in when one goes`() async throws {
            try await withGateway({
                $0.loops = 2
                $0.configure = { $0.admin.host = "127.0.0.1" }
            }) { harness in
                let client = try harness.connect()
                let (login, other) = (try client.newLogin(), try client.newLogin())
                var parked = try (0..<8).map { _ in try harness.connect() }
                for poll in parked { poll.sendStatus(login) }
                try harness.untilParked(8)
                for call in ["/status?wait=5&seen=pending", "/events"] {
                    let ninth = try harness.connect().get(login.path + call, headers: [login.secretField])
                    expectProblem(ninth, 429, "rate_limited")
                    #expect(ninth["retry-after"] == "1")
                }
                // What has not to wait is answered, and another ticket has its own places.
                expectStatus(try client.status(login), "pending")
                expectStatus(try client.status(login, "?wait=5&seen=scanned"), "pending")
                let elsewhere = try harness.connect()
                elsewhere.sendStatus(other)
                try harness.untilParked(9)
                parked.removeLast()
                try harness.untilParked(8)
                let late = try harness.connect()
                late.sendStatus(login)
                try harness.untilParked(9)
                try harness.phone(of: "o-1").approve(login)
                for poll in parked + [late] { #expect(try poll.reply().status == 200) }
                try harness.untilParked(1)
            }
        }

        @Test func `an address parks so many polls, of all its tickets`() async throws {
            let proxy = try #require(AddressRange("127.0.0.1"))
            try await withGateway({
                $0.loops = 2
                $0.configure = {
                    $0.admin.host = "127.0.0.1"
                    $0.qr.pollsPerAddress = 2
                    $0.trustedProxies = [proxy]
                }
            }) { harness in
                let client = try harness.connect()
                func from(_ address: String) -> [(String, String)] { [("X-Forwarded-For", address)] }
                let logins = try (0..<4).map { _ in try client.newLogin(headers: from("203.0.113.9")) }
                let parked = try logins.prefix(2).map { login in
                    let client = try harness.connect()
                    let target = "\(login.path)/status?wait=25&seen=pending"
                    client.send("GET", target, headers: from("203.0.113.1") + [login.secretField])
                    return client
                }
                try harness.untilParked(2)
                let refused = try client.status(logins[2], "?wait=25&seen=pending", headers: from("203.0.113.1"))
                expectProblem(refused, 429, "rate_limited")
                expectStatus(try client.status(logins[2], headers: from("203.0.113.1")), "pending")
                let other = try harness.connect()
                other.send(
                    "GET",
                    "\(logins[3].path)/status?wait=25&seen=pending",
                    headers: from("203.0.113.2") + [logins[3].secretField]
                )
                try harness.untilParked(3)
                withExtendedLifetime((parked, other)) {}
            }
        }
    }
}
