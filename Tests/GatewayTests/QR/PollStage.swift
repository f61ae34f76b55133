import Glibc
import HTTP
import HTTPServer
import Logging
import TestSupport
import Testing
import UV

@testable import Gateway

/// Two loops that follow the same tickets, each with a server of its own.
struct PollStage: Sendable {
    let tickets: FakeTickets
    let limits: QRPollLimits
    let connections: ConnectionLimit
    /// One a loop.
    let ports: [UInt16]

    /// A client of one loop that has sent its request.
    func client(
        _ loop: Int = 0,
        _ number: Int = 1,
        _ rest: String = "status?wait=60&seen=pending",
        fields: [String] = ["X-Qr-Secret: \(FakeTickets.secret)"]
    ) throws -> RawClient {
        let client = try RawClient(port: ports[loop])
        try send(client, number, rest, fields: fields)
        return client
    }

    func send(
        _ client: RawClient,
        _ number: Int = 1,
        _ rest: String = "status?wait=60&seen=pending",
        fields: [String] = ["X-Qr-Secret: \(FakeTickets.secret)"]
    ) throws {
        let path = "/api/v1/qr/\(try FakeTickets.id(number).text)/\(rest)"
        let lines = ["GET \(path) HTTP/1.1", "Host: x"] + fields
        client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// Whether so many polls come to be parked.
    func parks(_ count: Int) -> Bool { comesTrue { limits.count == count } }
}

/// Whether a condition comes true within ten seconds. Blocks; for the threads of clients only.
func comesTrue(_ condition: () -> Bool) -> Bool {
    for _ in 0..<10_000 {
        if condition() { return true }
        usleep(1_000)
    }
    return false
}

/// Runs blocking clients against two loops, drains both, and proves that nothing is left of any poll.
@discardableResult
func withPolls<Value: Sendable>(
    pollsPerAddress: Int = 0,
    times: ParkedPolls.Times = ParkedPolls.Times(),
    _ clients: @escaping @Sendable (PollStage) throws -> Value
) async throws -> Value {
    let tickets = FakeTickets()
    let limits = QRPollLimits(pollsPerAddress: pollsPerAddress)
    let connections = ConnectionLimit(maximum: 1_000)
    let serve: @Sendable (isolated LoopActor) throws -> (server: LoopBound<Server>, port: UInt16) = { actor in
        let server = pollServer(on: actor.loop, tickets, limits, times, connections)
        return (LoopBound(server, on: actor.loop), try server.start())
    }
    let drain: @Sendable (LoopBound<Server>, isolated LoopActor) async -> Void = { server, _ in
        await server.value.drain(timeoutMilliseconds: 5_000)
    }
    return try await withLoop { first in
        try await withLoop { second in
            let one = try await first.run(serve)
            let two = try await second.run(serve)
            let stage = PollStage(
                tickets: tickets,
                limits: limits,
                connections: connections,
                ports: [one.port, two.port]
            )
            let result = await offPool { Result { try clients(stage) } }
            tickets.release()
            async let firstDrained: Void = Task(executorPreference: first.loop) { await drain(one.server, first) }.value
            await drain(two.server, second)
            await firstDrained
            #expect(connections.count == 0)
            // A read that runs while its client leaves comes to an end as well.
            #expect(await offPool { comesTrue { limits.count == 0 } })
            #expect(limits.clientCount == 0 && tickets.changes.ticketCount == 0)
            return try result.get()
        }
    }
}

private func pollServer(
    on loop: EventLoop,
    _ tickets: FakeTickets,
    _ limits: QRPollLimits,
    _ times: ParkedPolls.Times,
    _ connections: ConnectionLimit
) -> Server {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let polls = ParkedPolls(
        on: loop,
        follower: FakeFollower(tickets, on: loop),
        changes: tickets.changes,
        limits: limits,
        times: times,
        logger: logger
    ) { [("Set-Cookie", "wxgate_session=\($0.token.string)\($1 ? "; Secure" : "")")] }
    let access = QRPollAccess(
        polls: polls,
        checkOrigin: { request throws(GatewayError) in
            if request.headers.first("origin") == "https://foreign.test" { throw .forbidden("Not from there.") }
        },
        address: { AddressKey($0.headers.first("x-test-address") ?? $0.peer.ip) },
        isSecure: { $0.headers.contains("x-test-secure") }
    )
    let status = QRStatusRoute(access: access)
    let events = QREventsRoute(access: access)
    let router = Router(logger: logger)
    router.onParking(.get, "/api/v1/qr/:ticket/status") { try await status.respond(to: $0, ticket: $1) }
    router.onParking(.get, "/api/v1/qr/:ticket/events") { try await events.respond(to: $0, ticket: $1) }
    return Server(
        on: loop,
        configuration: ServerConfiguration(),
        responder: router,
        limit: connections,
        logger: logger
    )
}
