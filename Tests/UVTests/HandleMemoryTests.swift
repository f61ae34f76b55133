import TestSupport
import Testing

@testable import UV

/// A connection that the test holds by hand.
private final class Held: TCPConnectionDelegate {
    let connection: TCPConnection
    let ended: Completion<UVError?>

    init(_ connection: TCPConnection) {
        self.connection = connection
        ended = Completion(on: connection.loop)
        connection.delegate = self
        connection.startReading()
    }

    func received(_ bytes: UnsafeRawBufferPointer) {}
    func ended(_ error: UVError?) { ended.finish(error) }
    func drained() {}
}

@Suite struct HandleMemoryTests {
    @Test func `an open handle keeps its owner alive, its close callback lets it go`() async throws {
        try await withLoop { actor in
            weak var timer: Timer?
            do {
                let made = Timer(on: actor.loop) {}
                timer = made
                made.start(afterMilliseconds: 3_600_000)
            }
            #expect(timer != nil)
            timer?.close()
            for _ in 0..<3 { try await actor.loop.sleep(milliseconds: 1) }
            #expect(timer == nil)
        }
    }

    @Test func `a connection and its delegate go when the connection is closed`() async throws {
        try await withLoop { actor in
            weak var held: Held?
            weak var connection: TCPConnection?
            let accepted = Completion<Void>(on: actor.loop)
            let listener = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 4) { accepting in
                let holding = Held(accepting)
                held = holding
                connection = accepting
                accepted.finish(())
            }
            let client = try RawClient(port: listener.port)
            await accepted.value()
            // Nobody but the handle holds them.
            #expect(held != nil && connection != nil)
            connection?.close()
            listener.close()
            for _ in 0..<3 { try await actor.loop.sleep(milliseconds: 1) }
            #expect(held == nil && connection == nil)
            withExtendedLifetime(client) {}
        }
    }

    enum Close: CaseIterable { case plainly, withReset, withResetAfterShutdown }

    @Test(arguments: Close.allCases) func `a reset is a reset for the peer, but after a shutdown an orderly end`(
        close: Close
    ) async throws {
        try await withLoop { actor in
            let accepted = Completion<LoopBound<TCPConnection>>(on: actor.loop)
            let listener = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 4) {
                accepted.finish(LoopBound($0, on: actor.loop))
            }
            let client = try RawClient(port: listener.port)
            let connection = try #require(await accepted.value()).value
            switch close {
            case .plainly: connection.close()
            case .withReset: connection.closeWithReset()
            case .withResetAfterShutdown:
                connection.shutdownWriting()
                connection.closeWithReset()
            }
            #expect(!connection.isOpen)
            connection.close()
            connection.closeWithReset()
            connection.shutdownWriting()
            #expect(await offPool { client.read() } == (close == .withReset ? nil : []))
            listener.close()
        }
    }
}
