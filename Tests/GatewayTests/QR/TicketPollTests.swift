import HTTPServer
import Synchronization
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// Long polls over sockets and two loops.
@Suite struct TicketPollTests {
    private static let profile = UserProfile(nickName: "云 \"x\"", avatarURL: "https://a.test/1")

    private static func body(_ reply: String) -> Substring {
        reply.firstRange(of: "\r\n\r\n").map { reply[$0.upperBound...] } ?? ""
    }

    // MARK: - Answers at once

    @Test func `a poll that need not wait is answered without being parked`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            let client = try RawClient(port: stage.ports[0])
            for rest in ["status", "status?wait=0&seen=pending", "status?wait=60", "status?wait=60&seen=scanned"] {
                try stage.send(client, 1, rest)
                let reply = try client.readReply()
                #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n") && reply.contains("Cache-Control: no-store\r\n"))
                #expect(Self.body(reply) == #"{"status":"pending","expires_in":100}"#)
            }
            for status in [QRStatus.cancelled, .expired, .claimed] {
                stage.tickets.set(id, .status(status))
                try stage.send(client, 1, "status?wait=60&seen=\(status.rawValue)")
                #expect(Self.body(try client.readReply()) == #"{"status":"\#(status.rawValue)","expires_in":0}"#)
            }
            #expect(stage.tickets.reads(of: id) == 7)
        }
    }

    @Test func `a half-closed client still gets what need not wait`() async throws {
        try await withPolls { stage in
            stage.tickets.set(try FakeTickets.id(1), .status(.scanned))
            let client = try stage.client(0, 1, "status?wait=60&seen=pending")
            client.shutdownWriting()
            #expect(client.readToEnd().contains(#""status":"scanned""#))
        }
    }

    @Test(arguments: [
        ("status?wait=61", "400 Bad Request", "wait"), ("status?wait=-1", "400 Bad Request", "wait"),
        ("status?wait=+1", "400 Bad Request", "wait"), ("status?wait=1.5", "400 Bad Request", "wait"),
        ("status?wait=060", "400 Bad Request", "wait"), ("status?wait=1&wait=1", "400 Bad Request", "wait"),
        ("status?wait=%31x", "400 Bad Request", "wait"), ("status?seen=gone", "400 Bad Request", "seen"),
        ("status?seen=Pending", "400 Bad Request", "seen"), ("status?seen=%ZZ", "400 Bad Request", "seen"),
    ]) func `a member that is none of its values is named`(rest: String, status: String, name: String) async throws {
        try await withPolls { stage in
            stage.tickets.set(try FakeTickets.id(1), .status(.pending))
            let reply = try stage.client(0, 1, rest).readReply()
            #expect(reply.hasPrefix("HTTP/1.1 \(status)\r\n") && reply.contains(#""error":"invalid_request""#))
            #expect(reply.contains(name))
        }
    }

    @Test(arguments: ["status?wait=60&seen=pending", "events"])
    func `only who holds the secret follows a ticket, and no page of elsewhere`(rest: String) async throws {
        try await withPolls { stage in
            stage.tickets.set(try FakeTickets.id(1), .status(.pending))
            let right = "X-Qr-Secret: \(FakeTickets.secret)"
            for fields in [
                [], ["X-Qr-Secret: wrong"], ["X-Qr-Secret: wrong", "Cookie: wxgate_qr=right"],
                [right, "Origin: https://foreign.test"],
            ] {
                let reply = try stage.client(0, 1, rest, fields: fields).readReply()
                #expect(reply.hasPrefix("HTTP/1.1 403 ") && reply.contains(#""error":"forbidden""#))
            }
            // Unknown, and what can be no ticket.
            #expect(try stage.client(0, 2, rest).readReply().hasPrefix("HTTP/1.1 410 "))
            let client = try RawClient(port: stage.ports[0])
            for name in ["x", "..", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAA%41"] {
                client.send("GET /api/v1/qr/\(name)/\(rest) HTTP/1.1\r\nHost: x\r\n\(right)\r\n\r\n")
                let reply = try client.readReply()
                #expect(reply.hasPrefix("HTTP/1.1 410 ") && reply.contains(#""error":"qr_expired""#))
            }
            // The origin comes before everything else.
            let foreign = try stage.client(0, 2, "status?wait=x", fields: ["Origin: https://foreign.test"])
            #expect(try foreign.readReply().hasPrefix("HTTP/1.1 403 "))
        }
    }

    // MARK: - Waits

    @Test(arguments: [0, 1]) func `a change wakes polls on every loop`(loop: Int) async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            let clients = try [stage.client(0), stage.client(1), stage.client(loop)]
            #expect(stage.parks(3))
            stage.tickets.set(id, .status(.scanned, profile: Self.profile))
            for client in clients {
                let reply = try client.readReply()
                #expect(
                    Self.body(reply)
                        == #"{"status":"scanned","expires_in":100,"userInfo":{"nickName":"云 \"x\"","avatarUrl":"https://a.test/1"}}"#
                )
            }
            #expect(stage.limits.count == 0)
            // Kept connections, one poll after the other.
            for round in 0..<50 {
                let (seen, next): (QRStatus, QRStatus) = round % 2 == 0 ? (.scanned, .pending) : (.pending, .scanned)
                for client in clients { try stage.send(client, 1, "status?wait=60&seen=\(seen.rawValue)") }
                #expect(stage.parks(3))
                stage.tickets.set(id, .status(next))
                for client in clients { #expect(try client.readReply().contains(next.rawValue)) }
            }
        }
    }

    @Test func `a change that leaves the status as it was lets polls wait on`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            let client = try stage.client()
            #expect(stage.parks(1))
            for _ in 0..<5 {
                let before = stage.tickets.reads(of: id)
                stage.tickets.set(id, .status(.pending))
                #expect(comesTrue { stage.tickets.reads(of: id) > before })
            }
            #expect(stage.limits.count == 1)
            stage.tickets.set(id, .status(.cancelled))
            #expect(try client.readReply().contains("cancelled"))
        }
    }

    @Test func `when the time to wait is over the status is told as it is`() async throws {
        try await withPolls { stage in
            stage.tickets.set(try FakeTickets.id(1), .status(.pending))
            let start = ContinuousClock.now
            let reply = try stage.client(0, 1, "status?wait=1&seen=pending").readReply()
            #expect(reply.contains(#""status":"pending""#))
            #expect(.now - start >= .seconds(1))
        }
    }

    @Test func `a ticket's end wakes its polls`() async throws {
        try await withPolls { stage in
            stage.tickets.set(try FakeTickets.id(1), .status(.pending), expiresIn: .milliseconds(300))
            let reply = try stage.client().readReply()
            #expect(Self.body(reply) == #"{"status":"expired","expires_in":0}"#)
        }
    }

    @Test func `a store that fails while a poll waits is its reply`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            let client = try stage.client()
            #expect(stage.parks(1))
            stage.tickets.set(id, .failing)
            let reply = try client.readReply()
            #expect(reply.hasPrefix("HTTP/1.1 503 ") && reply.contains("store_unavailable"))
            // The connection is good for the next poll, and the place for the next one's.
            try stage.send(client)
            #expect(try client.readReply().hasPrefix("HTTP/1.1 503 "))
            #expect(stage.limits.count == 0)
        }
    }

    // MARK: - The login

    @Test(arguments: [
        ("status?wait=0", 0), ("status?wait=60&seen=pending", 1), ("status?wait=60&seen=confirmed", 0),
    ]) func `while the session is made every poll waits for it`(rest: String, loop: Int) async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .claiming)
            let plain = try stage.client(loop, 1, rest)
            let right = "X-Qr-Secret: \(FakeTickets.secret)"
            let secure = try stage.client(1 - loop, 1, rest, fields: [right, "X-Test-Secure: 1"])
            #expect(stage.parks(2))
            stage.tickets.set(id, .login)
            let reply = try plain.readReply()
            #expect(
                Self.body(reply) == #"{"status":"confirmed","expires_in":100,"login":\#(FakeTickets.login)}"#
            )
            #expect(reply.contains("Set-Cookie: wxgate_session=t\r\n"))
            #expect(try secure.readReply().contains("Set-Cookie: wxgate_session=t; Secure\r\n"))
            // Told again, now without a wait.
            try stage.send(plain, 1, "status")
            #expect(try plain.readReply().contains("Set-Cookie: wxgate_session=t\r\n"))
        }
    }

    @Test(arguments: ["status?wait=0", "status?wait=60&seen=pending", "events"])
    func `a session that nobody comes to make is not waited for without end`(rest: String) async throws {
        try await withPolls(times: .init(claimWait: 200)) { stage in
            stage.tickets.set(try FakeTickets.id(1), .claiming)
            let reply = try stage.client(0, 1, rest).readReply()
            #expect(reply.hasPrefix("HTTP/1.1 503 ") && reply.contains("store_unavailable"))
        }
    }

    // MARK: - Limits

    @Test func `while the session is made nobody is turned away, however many ask`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .claiming)
            let clients = try (0..<20).map { try stage.client($0 % 2, 1, "status") }
            #expect(stage.parks(8))
            // All of them have looked, those without a place more than once.
            #expect(comesTrue { stage.tickets.reads(of: id) > 100 })
            stage.tickets.set(id, .login)
            for client in clients { #expect(try client.readReply().contains(#""login":{"token":"t""#)) }
            #expect(stage.limits.count == 0)
        }
    }

    @Test func `a ticket has eight parked polls over all loops, and what need not wait is no ninth`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            stage.tickets.set(try FakeTickets.id(2), .status(.pending))
            var clients = try (0..<8).map { try stage.client($0 % 2) }
            #expect(stage.parks(8))
            for loop in [0, 1] {
                for rest in ["status?wait=60&seen=pending", "events"] {
                    let refused = try stage.client(loop, 1, rest).readReply()
                    #expect(refused.hasPrefix("HTTP/1.1 429 ") && refused.contains(#""error":"rate_limited""#))
                    #expect(refused.contains("Retry-After: 1\r\n"))
                }
                #expect(try stage.client(loop, 1, "status?wait=60").readReply().contains(#""status":"pending""#))
                #expect(try stage.client(loop, 1, "status").readReply().contains(#""status":"pending""#))
            }
            let other = try stage.client(0, 2)
            #expect(stage.parks(9))
            // Any one that leaves makes room for one.
            clients.remove(at: 3)
            #expect(stage.parks(8))
            clients.append(try stage.client(0))
            #expect(stage.parks(9))
            #expect(try stage.client(1).readReply().hasPrefix("HTTP/1.1 429 "))
            stage.tickets.set(id, .status(.cancelled))
            for client in clients { #expect(try client.readReply().contains("cancelled")) }
            #expect(stage.limits.count == 1)
            withExtendedLifetime(other) {}
        }
    }

    @Test func `the polls of an address are limited over all loops, those of an IPv6 network together`() async throws {
        try await withPolls(pollsPerAddress: 2) { stage in
            for number in 1...9 { stage.tickets.set(try FakeTickets.id(number), .status(.pending)) }
            func fields(_ address: String) -> [String] {
                ["X-Qr-Secret: \(FakeTickets.secret)", "X-Test-Address: \(address)"]
            }
            let rest = "status?wait=60&seen=pending"
            var kept = [
                try stage.client(0, 1, rest, fields: fields("192.0.2.1")),
                try stage.client(1, 2, rest, fields: fields("::ffff:192.0.2.1")),
                try stage.client(0, 3, rest, fields: fields("2001:db8:0:1::1")),
                try stage.client(1, 4, rest, fields: fields("2001:db8:0:1:ffff::9")),
            ]
            #expect(stage.parks(4))
            for address in ["192.0.2.1", "2001:db8:0:1:5::"] {
                let refused = try stage.client(0, 5, rest, fields: fields(address)).readReply()
                #expect(refused.hasPrefix("HTTP/1.1 429 ") && refused.contains("Retry-After: 1\r\n"))
                #expect(try stage.client(0, 5, "status", fields: fields(address)).readReply().contains("pending"))
            }
            kept.append(try stage.client(0, 6, rest, fields: fields("192.0.2.2")))
            kept.append(try stage.client(0, 7, rest, fields: fields("2001:db8:0:2::1")))
            #expect(stage.parks(6))
            kept.removeFirst()
            #expect(stage.parks(5))
            kept.append(try stage.client(1, 8, rest, fields: fields("192.0.2.1")))
            #expect(stage.parks(6))
        }
    }

    // MARK: - Ends

    @Test(arguments: [true, false]) func `a client that leaves while its poll reads frees everything`(
        resets: Bool
    ) async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            var client: RawClient? = try stage.client()
            #expect(stage.parks(1))
            // It has its place before it first reads; whoever asks later has his answer after that read.
            #expect(try stage.client(0, 1, "status").readReply().contains("pending"))
            stage.tickets.hold()
            let before = stage.tickets.reads(of: id)
            stage.tickets.set(id, .status(.scanned))
            #expect(comesTrue { stage.tickets.reads(of: id) > before })
            if resets { client?.resetOnClose() }
            client = nil
            #expect(comesTrue { stage.limits.count == 0 && stage.connections.count == 0 })
            stage.tickets.release()
            // The ticket is unharmed.
            #expect(try stage.client().readReply().contains("scanned"))
        }
    }

    @Test(arguments: ["status?wait=60&seen=pending", "events"])
    func `a drain answers polls on all loops at once`(rest: String) async throws {
        let clients = try await withPolls { stage in
            var clients: [RawClient] = []
            for number in 1...100 {
                stage.tickets.set(try FakeTickets.id(number), .status(.pending))
                clients.append(try stage.client(number % 2, number, rest))
            }
            #expect(stage.parks(100))
            return clients
        }
        let replies = await offPool { clients.map { $0.readToEnd() } }
        #expect(replies.allSatisfy { $0.contains(#"{"status":"pending","#) })
        #expect(replies.allSatisfy { rest == "events" ? $0.hasSuffix("\r\n0\r\n\r\n") : $0.contains("close\r\n") })
    }

    @Test func `a drain still waits for a login that is being made`() async throws {
        let client = try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .claiming)
            let client = try stage.client()
            #expect(stage.parks(1))
            let before = stage.tickets.reads(of: id)
            Task.detached {
                await offPool {
                    // The read that the drain causes.
                    _ = comesTrue { stage.tickets.reads(of: id) > before }
                    stage.tickets.set(id, .login)
                }
            }
            return client
        }
        let reply = await offPool { client.readToEnd() }
        #expect(reply.contains(#""login":"#) && reply.contains("Set-Cookie"))
    }

    // MARK: - Stress

    @Test(arguments: [1, 2, 3] as [UInt64]) func `no change is missed, whatever happens at the same time`(
        seed: UInt64
    ) async throws {
        try await withPolls { stage in
            var random = SeededGenerator(seed: seed)
            let rounds = 150
            var stands = [Int: QRStatus]()
            let clients = try (0..<8).map { try RawClient(port: stage.ports[$0 % 2]) }
            for number in 1...4 {
                stands[number] = .pending
                stage.tickets.set(try FakeTickets.id(number), .status(.pending))
            }
            for _ in 0..<rounds {
                // Each client follows a ticket; the changes race with the polls on their way, and only the last counts.
                for (index, client) in clients.enumerated() {
                    let seen = try #require(stands[index % 4 + 1])
                    try stage.send(client, index % 4 + 1, "status?wait=60&seen=\(seen.rawValue)")
                }
                for number in 1...4 {
                    let next: QRStatus = stands[number] == .pending ? .scanned : .pending
                    for _ in 0..<Int.random(in: 0...3, using: &random) {
                        stage.tickets.set(try FakeTickets.id(number), .status(try #require(stands[number])))
                    }
                    stands[number] = next
                    stage.tickets.set(try FakeTickets.id(number), .status(next))
                }
                for (index, client) in clients.enumerated() {
                    #expect(try client.readReply().contains(try #require(stands[index % 4 + 1]).rawValue))
                }
            }
            #expect(stage.limits.count == 0)
        }
    }
}
