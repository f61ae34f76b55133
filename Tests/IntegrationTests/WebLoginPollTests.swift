import Gateway
import Glibc
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Polls that wait, over sockets and two loops (contract section 4).
    @Suite struct WebLoginPollTests {
        private static func withOperator(
            loops: Int = 2,
            clock: WallClock = .system,
            _ clients: @escaping @Sendable (GatewayHarness) throws -> Void
        ) async throws {
            try await withGateway(
                {
                    $0.loops = loops
                    $0.clock = clock
                    $0.configure = {
                        $0.admin.host = "127.0.0.1"
                        $0.qr.ticketsPerAddress = 0
                    }
                },
                clients
            )
        }

        @Test func `a poll that knows the status gets it after its time, and not before`() async throws {
            try await Self.withOperator { harness in
                let client = try harness.connect()
                let login = try client.newLogin()
                let clock = ContinuousClock()
                let begin = clock.now
                expectStatus(try client.status(login, "?wait=1&seen=pending"), "pending")
                #expect((1_000..<5_000).contains(Int((clock.now - begin) / .milliseconds(1))))
                // Without seen anything is news.
                expectStatus(try client.status(login, "?wait=60"), "pending")
                // The connection goes on.
                expectStatus(try client.status(login), "pending")
                try harness.untilParked(0)
            }
        }

        @Test func `each change reaches the polls of both loops, whichever loop the phone is on`() async throws {
            try await Self.withOperator { harness in
                let phones = try (0..<2).map { try harness.phone(of: "o-\($0)") }
                for round in 0..<10 {
                    let phone = phones[round % 2]
                    let login = try phone.client.newLogin()
                    let polls = try (0..<6).map { _ in try harness.connect() }
                    for poll in polls { poll.sendStatus(login) }
                    try harness.untilParked(6)
                    let nonce = try phone.scan(login.scene).string("nonce")
                    for poll in polls { expectStatus(try poll.reply(), "scanned") }
                    for poll in polls { poll.sendStatus(login, "?wait=60&seen=scanned") }
                    try harness.untilParked(6)
                    #expect(try phone.cancel(login.scene, nonce: nonce).status == 200)
                    for poll in polls { expectStatus(try poll.reply(), "cancelled") }
                }
                try harness.untilParked(0)
            }
        }

        @Test func `a poll that another request follows on its connection is answered first`() async throws {
            try await Self.withOperator { harness in
                let client = try harness.connect()
                let login = try client.newLogin()
                client.sendStatus(login)
                client.send("GET", "/healthz")
                client.send("GET", "/login")
                try harness.untilParked(1)
                _ = try harness.phone(of: "o-1").scan(login.scene)
                expectStatus(try client.reply(), "scanned")
                #expect(try client.reply()["content-type"] == "application/json")
                #expect(try client.reply()["content-type"]?.hasPrefix("text/html") == true)
            }
        }

        @Test(arguments: ["close", "reset", "half"])
        func `a client that hangs up frees its place at once`(way: String) async throws {
            try await Self.withOperator { harness in
                let client = try harness.connect()
                let login = try client.newLogin()
                var parked: [RawClient] = []
                for index in 0..<8 {
                    let raw = try RawClient(port: harness.port)
                    let target = index.isMultiple(of: 2) ? "status?wait=60&seen=pending" : "events"
                    raw.send(KeepAliveClient.bytes("GET", "\(login.path)/\(target)", headers: [login.secretField]))
                    parked.append(raw)
                }
                try harness.untilParked(8)
                for raw in parked {
                    if way == "reset" { raw.resetOnClose() }
                    if way == "half" { raw.shutdownWriting() }
                }
                if way != "half" { parked = [] }
                try harness.untilParked(0)
                client.sendStatus(login)
                try harness.untilParked(1)
                _ = try harness.phone(of: "o-1").scan(login.scene)
                expectStatus(try client.reply(), "scanned")
                withExtendedLifetime(parked) {}
            }
        }

        @Test func `polls that hang up while their ticket changes leave nothing behind`() async throws {
            try await Self.withOperator { harness in
                let phone = try harness.phone(of: "o-1")
                for _ in 0..<30 {
                    let login = try phone.client.newLogin()
                    var polls = try (0..<8).map { _ in try harness.connect() }
                    for poll in polls { poll.sendStatus(login) }
                    try harness.untilParked(8)
                    let scan = try phone.bytes("scan", ["scene": login.scene])
                    phone.client.sendBytes(scan)
                    polls = []
                    #expect(try phone.client.reply().status == 200)
                }
                try harness.untilParked(0)
            }
        }

        @Test func `a stop answers what is parked at once, and nobody loses a login by it`() async throws {
            try await Self.withOperator { harness in
                let phone = try harness.phone(of: "o-1")
                let (login, second) = (try phone.client.newLogin(), try phone.client.newLogin())
                let polls = try (0..<4).map { _ in try harness.connect() }
                for poll in polls { poll.sendStatus(login) }
                let stream = try EventStreamClient(second, port: harness.port)
                #expect(try stream.chunk() == "event: status\ndata: {\"status\":\"pending\",\"expires_in\":120}\n\n")
                try harness.untilParked(5)
                let clock = ContinuousClock()
                let begin = clock.now
                harness.beginStop()
                for poll in polls {
                    let reply = try poll.reply()
                    expectStatus(reply, "pending")
                    #expect(reply["connection"] == "close")
                    #expect(poll.isClosedByServer())
                }
                #expect(try stream.chunk() == nil)
                #expect(stream.rest() == "")
                #expect(clock.now - begin < .seconds(2))
            }
        }

        // MARK: - Events

        @Test func `events tell each status once, and end after the last`() async throws {
            let clock = ManualClock()
            try await Self.withOperator(clock: clock.wallClock) { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                let stream = try EventStreamClient(login, port: harness.port)
                #expect(stream.head.status == 200)
                #expect(stream.head["content-type"] == "text/event-stream")
                #expect(stream.head["cache-control"] == "no-store")
                #expect(stream.head["transfer-encoding"] == "chunked" && stream.head["content-length"] == nil)
                #expect(stream.head["x-request-id"] != nil)
                #expect(try stream.chunk() == "event: status\ndata: {\"status\":\"pending\",\"expires_in\":120}\n\n")
                try harness.untilParked(1)
                let nonce = try phone.scan(login.scene).string("nonce")
                #expect(try stream.chunk() == "event: status\ndata: {\"status\":\"scanned\",\"expires_in\":180}\n\n")
                #expect(try phone.confirm(login.scene, nonce: nonce).status == 200)
                let event = try #require(try stream.chunk())
                #expect(event.hasPrefix("event: status\ndata: {\"status\":\"confirmed\",\"expires_in\":"))
                #expect(event.hasSuffix("}\n\n") && event.contains(#""login":{"token":""#))
                #expect(event.split(separator: "\n", omittingEmptySubsequences: false).count == 4)
                #expect(try stream.chunk() == nil)
                try harness.untilParked(0)
                // The connection is good for more; and the cookie comes by an ordinary poll.
                #expect(try stream.get("/healthz").status == 200)
                let again = try phone.client.status(login)
                let token = try expectClaim(again)
                #expect(event.contains(#""token":"\#(token)""#))
                #expect(again["set-cookie"]?.hasPrefix("wxgate_session=\(token);") == true)
            }
        }

        @Test func `a final status is the only event, and a login that is the first sets its cookie`() async throws {
            try await Self.withOperator { harness in
                let phone = try harness.phone(of: "o-1")
                let (cancelled, login) = (try phone.client.newLogin(), try phone.client.newLogin())
                let nonce = try phone.scan(cancelled.scene).string("nonce")
                #expect(try phone.cancel(cancelled.scene, nonce: nonce).status == 200)
                let one = try phone.client.get("\(cancelled.path)/events", headers: [cancelled.secretField])
                #expect(one["content-type"] == "text/event-stream")
                #expect(one.text == "event: status\ndata: {\"status\":\"cancelled\",\"expires_in\":0}\n\n")
                try phone.approve(login)
                let claim = try phone.client.get("\(login.path)/events", headers: [login.cookieField])
                let token = try expectClaim(phone.client.status(login))
                #expect(claim.text.contains(#""token":"\#(token)""#))
                #expect(claim["set-cookie"]?.hasPrefix("wxgate_session=\(token);") == true)
            }
        }

        @Test func `a stream to HTTP 1.0 ends with its connection`() async throws {
            try await Self.withOperator { harness in
                let phone = try harness.phone(of: "o-1")
                let login = try phone.client.newLogin()
                let stream = try EventStreamClient(
                    login,
                    port: harness.port,
                    version: "1.0",
                    headers: [("Connection", "keep-alive")]
                )
                #expect(stream.head["transfer-encoding"] == nil)
                try harness.untilParked(1)
                let nonce = try phone.scan(login.scene).string("nonce")
                #expect(try phone.cancel(login.scene, nonce: nonce).status == 200)
                let text = stream.rest()
                #expect(text.hasPrefix("event: status\ndata: {\"status\":\"pending\""))
                #expect(text.hasSuffix("event: status\ndata: {\"status\":\"cancelled\",\"expires_in\":0}\n\n"))
                try harness.untilParked(0)
            }
        }

        @Test func `a silent stream says something every fifteen seconds`() async throws {
            try await Self.withOperator { harness in
                let login = try harness.connect().newLogin()
                let stream = try EventStreamClient(login, port: harness.port)
                _ = try stream.chunk()
                let clock = ContinuousClock()
                let begin = clock.now
                #expect(try stream.chunk() == ": \n\n")
                #expect((14...17).contains(Int((clock.now - begin) / .seconds(1))))
            }
        }
    }
}
