import HTTPServer
import TestSupport
import Testing
import UV

@testable import Gateway

/// Server-sent events over a raw socket and two loops.
@Suite struct TicketEventsTests {
    /// Reads until a text has come, or the end; returns everything.
    private static func read(_ client: RawClient, until text: String) -> String {
        var all: [UInt8] = []
        while !String(decoding: all, as: UTF8.self).contains(text) {
            guard let bytes = client.read(), !bytes.isEmpty else { break }
            all += bytes
        }
        return String(decoding: all, as: UTF8.self)
    }

    /// A chunk with one event.
    private static func event(_ json: String) -> String {
        let event = "event: status\ndata: \(json)\n\n"
        return "\(String(event.utf8.count, radix: 16))\r\n\(event)\r\n"
    }

    private static let pending = event(#"{"status":"pending","expires_in":100}"#)
    private static let scanned = event(#"{"status":"scanned","expires_in":100}"#)
    private static let end = "0\r\n\r\n"

    @Test func `the first event comes at once, then one a change, and a final one ends the stream`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            let client = try stage.client(1, 1, "events")
            let first = Self.read(client, until: "\n\n\r\n")
            #expect(first.hasPrefix("HTTP/1.1 200 OK\r\n") && first.hasSuffix("\r\n\r\n" + Self.pending))
            for field in [
                "Content-Type: text/event-stream", "Cache-Control: no-store", "X-Accel-Buffering: no",
                "Transfer-Encoding: chunked",
            ] { #expect(first.contains("\(field)\r\n")) }
            let before = stage.tickets.reads(of: id)
            stage.tickets.set(id, .status(.pending))
            #expect(comesTrue { stage.tickets.reads(of: id) > before })
            stage.tickets.set(id, .status(.scanned))
            #expect(Self.read(client, until: "\n\n\r\n") == Self.scanned)
            stage.tickets.set(id, .status(.cancelled))
            let last = Self.event(#"{"status":"cancelled","expires_in":0}"#) + Self.end
            #expect(Self.read(client, until: Self.end) == last)
            // The connection is kept behind it.
            try stage.send(client, 1, "status")
            #expect(try client.readReply().contains("cancelled"))
        }
    }

    @Test func `a login ends the stream; one status poll more sets its cookie`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.scanned))
            let client = try stage.client(0, 1, "events")
            #expect(Self.read(client, until: "\n\n\r\n").hasSuffix(Self.scanned))
            stage.tickets.set(id, .claiming)
            stage.tickets.set(id, .login)
            let json = #"{"status":"confirmed","expires_in":100,"login":\#(FakeTickets.login)}"#
            #expect(Self.read(client, until: Self.end) == Self.event(json) + Self.end)
            try stage.send(client, 1, "status")
            #expect(try client.readReply().contains("Set-Cookie: wxgate_session=t\r\n"))
        }
    }

    @Test(arguments: [true, false]) func `a login that is the first event sets its cookie`(isMade: Bool) async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, isMade ? .login : .claiming)
            let client = try stage.client(0, 1, "events")
            if !isMade {
                #expect(stage.parks(1))
                stage.tickets.set(id, .login)
            }
            let reply = try client.readReply()
            #expect(reply.contains("Content-Type: text/event-stream\r\n"))
            #expect(reply.contains("Set-Cookie: wxgate_session=t\r\n"))
            #expect(reply.contains("\r\n\r\nevent: status\ndata: {\"status\":\"confirmed\""))
        }
    }

    @Test func `a ticket that has ended is one event`() async throws {
        try await withPolls { stage in
            stage.tickets.set(try FakeTickets.id(1), .status(.claimed))
            let reply = try stage.client(0, 1, "events").readReply()
            #expect(reply.hasSuffix("\r\n\r\nevent: status\ndata: {\"status\":\"claimed\",\"expires_in\":0}\n\n"))
        }
    }

    @Test func `a silent stream says something at each heartbeat, and tells the ticket's end in time`() async throws {
        try await withPolls(times: .init(heartbeat: 100)) { stage in
            stage.tickets.set(try FakeTickets.id(1), .status(.pending), expiresIn: .milliseconds(900))
            let all = Self.read(try stage.client(0, 1, "events"), until: Self.end)
            let parts = all.split(separator: "4\r\n: \n\n\r\n", omittingEmptySubsequences: false)
            #expect(parts.count >= 3)
            let last = Self.event(#"{"status":"expired","expires_in":0}"#) + Self.end
            #expect(parts.last.map(String.init) == last)
        }
    }

    @Test func `with HTTP 1.0 the events are the rest of the connection`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            let client = try RawClient(port: stage.ports[0])
            let path = "/api/v1/qr/\(id.text)/events"
            client.send("GET \(path) HTTP/1.0\r\nX-Qr-Secret: \(FakeTickets.secret)\r\n\r\n")
            #expect(stage.parks(1))
            stage.tickets.set(id, .status(.expired))
            let all = client.readToEnd()
            #expect(all.contains("Connection: close\r\n") && !all.contains("chunked"))
            #expect(all.hasSuffix("event: status\ndata: {\"status\":\"expired\",\"expires_in\":0}\n\n"))
        }
    }

    @Test func `a ticket that is forgotten or a store that fails ends a stream that has begun`() async throws {
        try await withPolls { stage in
            let id = try FakeTickets.id(1)
            stage.tickets.set(id, .status(.pending))
            let client = try stage.client(0, 1, "events")
            #expect(Self.read(client, until: "\n\n\r\n").hasSuffix(Self.pending))
            stage.tickets.set(id, .failing)
            #expect(Self.read(client, until: Self.end) == Self.end)
            #expect(stage.parks(0))
        }
    }

    @Test(arguments: [true, false]) func `a client that leaves its stream frees everything`(resets: Bool) async throws {
        try await withPolls { stage in
            stage.tickets.set(try FakeTickets.id(1), .status(.pending))
            var client: RawClient? = try stage.client(0, 1, "events")
            #expect(client.map { Self.read($0, until: "\n\n\r\n") }?.hasSuffix(Self.pending) == true)
            if resets { client?.resetOnClose() }
            client = nil
            #expect(comesTrue { stage.limits.count == 0 && stage.connections.count == 0 })
        }
    }
}
