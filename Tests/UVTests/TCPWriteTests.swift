import TestSupport
import Testing
import UV

/// Accepts one connection and tells when it was drained.
private final class Writer: TCPConnectionDelegate {
    let connection: TCPConnection
    let drain: Completion<Void>
    private(set) var drains = 0

    init(_ connection: TCPConnection, on loop: EventLoop) {
        self.connection = connection
        drain = Completion(on: loop)
        connection.delegate = self
        connection.startReading()
    }

    func write(_ bytes: [UInt8]) -> TCPConnection.WriteOutcome { bytes.withUnsafeBytes { connection.write($0) } }

    func received(_ bytes: UnsafeRawBufferPointer) {}
    func ended(_ error: UVError?) {}
    func drained() {
        drains += 1
        drain.finish(())
    }
}

@Suite struct TCPWriteTests {
    private static let chunk = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    /// Runs a body with one accepted connection and a client that reads only when told.
    private func withWriter(
        _ body: @escaping @Sendable (isolated LoopActor, LoopBound<Writer>, RawClient) async throws -> Void
    ) async throws {
        try await withLoop { actor in
            let accepted = Completion<LoopBound<Writer>>(on: actor.loop)
            let listener = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 4) {
                accepted.finish(LoopBound(Writer($0, on: actor.loop), on: actor.loop))
            }
            let client = try RawClient(port: listener.port)
            let writer = try #require(await accepted.value())
            try await body(actor, writer, client)
            writer.value.connection.close()
            listener.close()
        }
    }

    @Test func `what the kernel does not take is queued up to the bound, then a write fails and queues nothing`()
        async throws
    {
        try await withWriter { actor, writer, client in
            let writer = writer.value
            var accepted = 0
            var most = 0
            var outcomes: Set<TCPConnection.WriteOutcome> = []
            var last = TCPConnection.WriteOutcome.written
            // The kernel's buffers hold some megabytes; the loop ends for sure.
            for _ in 0..<1_000 {
                last = writer.write(Self.chunk)
                outcomes.insert(last)
                if last == .failed { break }
                accepted += Self.chunk.count
                most = max(most, writer.connection.queuedBytes)
            }
            #expect(last == .failed)
            #expect(most <= TCPConnection.queuedBytesMax)
            #expect(outcomes == [.written, .queued, .failed])
            let queued = writer.connection.queuedBytes
            #expect(queued + Self.chunk.count > TCPConnection.queuedBytesMax)
            // A smaller one still fits: the bound is on bytes, and a failed write took none.
            #expect(writer.write([1, 2, 3]) == .queued)
            #expect(writer.connection.queuedBytes == queued + 3)

            let (whole, total) = (accepted, accepted + 3)
            let same = await offPool {
                var received: [UInt8] = []
                while received.count < total, let bytes = client.read(), !bytes.isEmpty { received += bytes }
                guard received.count == total, received.suffix(3) == [1, 2, 3] else { return false }
                return (0..<whole).allSatisfy { received[$0] == Self.chunk[$0 % Self.chunk.count] }
            }
            #expect(same)
            await writer.drain.value()
            #expect(writer.drains == 1)
            #expect(writer.connection.queuedBytes == 0)
            #expect(writer.write([4]) == .written)
        }
    }

    @Test func `one write larger than buffers and bound together fails`() async throws {
        try await withWriter { _, writer, _ in
            #expect(writer.value.write([UInt8](repeating: 0, count: 64 << 20)) == .failed)
        }
    }

    @Test func `a write to a closed connection fails, and nothing is told any more`() async throws {
        try await withWriter { actor, writer, _ in
            let writer = writer.value
            while writer.write(Self.chunk) == .written {}
            writer.connection.close()
            #expect(writer.write([1]) == .failed)
            #expect(writer.connection.queuedBytes == 0)
            writer.connection.startReading()
            writer.connection.pauseReading()
            for _ in 0..<3 { try await actor.loop.sleep(milliseconds: 1) }
            #expect(writer.drains == 0)
        }
    }

    @Test func `a shutdown comes behind what is queued`() async throws {
        try await withWriter { _, writer, client in
            let writer = writer.value
            var total = 0
            repeat { total += Self.chunk.count } while writer.write(Self.chunk) == .written
            writer.connection.shutdownWriting()
            let sent = total
            let received = await offPool {
                var count = 0
                while let bytes = client.read(), !bytes.isEmpty { count += bytes.count }
                return count
            }
            #expect(received == sent)
        }
    }
}
