import TestSupport
import Testing
import UV

/// Sends back what it gets; closes when the peer does.
private final class Echo: TCPConnectionDelegate {
    let connection: TCPConnection
    let onEnd: (UVError?) -> Void

    init(_ connection: TCPConnection, onEnd: @escaping (UVError?) -> Void = { _ in }) {
        self.connection = connection
        self.onEnd = onEnd
        connection.delegate = self
        connection.startReading()
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        if connection.write(bytes) == .queued { connection.pauseReading() }
    }

    func ended(_ error: UVError?) {
        connection.close()
        onEnd(error)
    }

    func drained() { connection.startReading() }
}

@Suite struct TCPTests {
    @Test func `bytes come back in order, megabytes of them, through backpressure`() async throws {
        try await withLoop { actor in
            let ended = Completion<UVError?>(on: actor.loop)
            let listener = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 16) { connection in
                _ = Echo(connection) { ended.finish($0) }
            }
            let port = listener.port
            let sent = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let same = await offPool {
                guard let client = try? RawClient(port: port) else { return false }
                var received: [UInt8] = []
                var next = 0
                while next < sent.count {
                    client.send(Array(sent[next..<min(next + 100_000, sent.count)]))
                    next += 100_000
                    while received.count < min(next, sent.count), let bytes = client.read(), !bytes.isEmpty {
                        received += bytes
                    }
                }
                return received == sent
            }
            #expect(same)
            #expect(await ended.value() == .some(nil))
            listener.close()
        }
    }

    @Test func `a reset by the peer is told as an error`() async throws {
        try await withLoop { actor in
            let ended = Completion<UVError?>(on: actor.loop)
            let listener = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 16) { connection in
                _ = Echo(connection) { ended.finish($0) }
            }
            let port = listener.port
            await offPool {
                guard let client = try? RawClient(port: port) else { return }
                client.send("x")
                _ = client.read()
                client.resetOnClose()
            }
            #expect(await ended.value()??.name == "ECONNRESET")
            listener.close()
        }
    }

    @Test func `two listeners share a port, and a taken port is found out beforehand`() async throws {
        try await withLoop { actor in
            let first = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 16) { $0.close() }
            let second = try TCPListener(on: actor.loop, host: "127.0.0.1", port: first.port, backlog: 16) {
                $0.close()
            }
            #expect(second.port == first.port)
            #expect(throws: UVError.self) { try TCPListener.checkIsFree(host: "127.0.0.1", port: first.port) }
            first.close()
            second.close()
        }
    }

    @Test func `an address that is not numeric is refused`() async throws {
        try await withLoop { actor in
            #expect(throws: UVError.self) {
                try TCPListener(on: actor.loop, host: "example", port: 0, backlog: 1) { $0.close() }
            }
        }
    }

    @Test func `IPv6 any takes IPv4 clients and names them in IPv4`() async throws {
        try await withLoop { actor in
            let peer = Completion<PeerAddress>(on: actor.loop)
            let listener = try TCPListener(on: actor.loop, host: "::", port: 0, backlog: 16) { connection in
                peer.finish(connection.peer)
                connection.close()
            }
            let port = listener.port
            await offPool { _ = (try? RawClient(port: port))?.read() }
            #expect(await peer.value()?.ip == "127.0.0.1")
            listener.close()
        }
    }

    @Test func `a deadline cancelled by another one of the same tick does not expire`() async throws {
        try await withLoop { actor in
            let done = Completion<Void>(on: actor.loop)
            let log = Log()
            let victims = (0..<2).map { index in Deadline { log.entries.append("victim \(index)") } }
            let last = Deadline { done.finish(()) }
            let killer = Deadline {
                actor.loop.wheel.cancel(victims[0])
                actor.loop.wheel.schedule(victims[1], afterMilliseconds: 3_600_000)
            }
            for deadline in [killer] + victims + [last] {
                actor.loop.wheel.schedule(deadline, afterMilliseconds: 50)
            }
            await done.value()
            #expect(log.entries.isEmpty)
            actor.loop.wheel.cancel(victims[1])
        }
    }

    @Test func `deadlines of the wheel expire in time order and cancelled ones never`() async throws {
        try await withLoop { actor in
            let done = Completion<Void>(on: actor.loop)
            let log = Log()
            let late = Deadline { done.finish(()) }
            let early = Deadline { log.entries.append("early") }
            let cancelled = Deadline { log.entries.append("cancelled") }
            actor.loop.wheel.schedule(late, afterMilliseconds: 350)
            actor.loop.wheel.schedule(early, afterMilliseconds: 120)
            actor.loop.wheel.schedule(cancelled, afterMilliseconds: 200)
            actor.loop.wheel.cancel(cancelled)
            await done.value()
            #expect(log.entries == ["early"])
            #expect(actor.loop.wheel.count == 0)
        }
    }
}

private final class Log {
    var entries: [String] = []
}
