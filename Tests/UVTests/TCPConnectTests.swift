import Glibc
import TestSupport
import Testing
import UV

@Suite struct TCPConnectTests {
    private typealias Outcome = Result<LoopBound<TCPConnection>, UVError>

    /// Connects and waits for what comes of it.
    private func connect(
        to address: SocketAddress,
        from source: SocketAddress? = nil,
        on actor: isolated LoopActor
    ) async throws -> TCPConnection {
        let outcome = Completion<Outcome>(on: actor.loop)
        TCPConnection.connect(on: actor.loop, to: address, from: source) { [loop = actor.loop] in
            outcome.finish($0.map { LoopBound($0, on: loop) })
        }
        #expect(!outcome.isFinished, "told before the call returned")
        return try #require(await outcome.value()).get().value
    }

    /// Accepts connections and gives them to the test.
    private func listen(
        host: String = "127.0.0.1",
        on actor: isolated LoopActor,
        onConnection: @escaping (TCPConnection) -> Void
    ) throws -> (listener: TCPListener, address: SocketAddress) {
        let listener = try TCPListener(on: actor.loop, host: host, port: 0, backlog: 64, onConnection: onConnection)
        return (listener, try SocketAddress(ip: host, port: listener.port))
    }

    @Test(arguments: ["127.0.0.1", "::1"]) func `both ends know each other and bytes go both ways`(
        host: String
    ) async throws {
        try await withLoop { actor in
            let accepted = Completion<PeerAddress>(on: actor.loop)
            let (listener, address) = try listen(host: host, on: actor) { connection in
                accepted.finish(connection.peer)
                let recorder = Recorder(connection)
                recorder.onBytes = { bytes in
                    bytes.withUnsafeBytes { _ = connection.write($0) }
                }
            }
            let connection = try await connect(to: address, on: actor)
            #expect(connection.peer == PeerAddress(ip: host, port: listener.port))
            let recorder = Recorder(connection)
            let echo = Completion<[UInt8]>(on: actor.loop)
            recorder.onBytes = { echo.finish($0) }
            _ = Array("hello".utf8).withUnsafeBytes { connection.write($0) }
            #expect(await echo.value() == Array("hello".utf8))
            #expect(await accepted.value()?.ip == host)
            connection.close()
            listener.close()
        }
    }

    @Test func `a port where nobody listens is refused`() async throws {
        try await withLoop { actor in
            let (listener, address) = try listen(on: actor) { $0.close() }
            listener.close()
            for _ in 0..<3 { try await actor.loop.sleep(milliseconds: 1) }
            await #expect(throws: UVError(code: -ECONNREFUSED)) { _ = try await connect(to: address, on: actor) }
        }
    }

    @Test func `an address of no use fails like any other, after the call`() async throws {
        try await withLoop { actor in
            let (listener, address) = try listen(on: actor) { $0.close() }
            let sources = [
                // Not of this machine (RFC 5737), and of another family than the other end.
                try SocketAddress(ip: "192.0.2.1", port: 0), try SocketAddress(ip: "::1", port: 0),
            ]
            for source in sources {
                await #expect(throws: UVError.self) { _ = try await connect(to: address, from: source, on: actor) }
            }
            listener.close()
        }
    }

    @Test func `the local end can be chosen`() async throws {
        try await withLoop { actor in
            let peer = Completion<PeerAddress>(on: actor.loop)
            let (listener, address) = try listen(on: actor) { connection in
                peer.finish(connection.peer)
                connection.close()
            }
            let source = try SocketAddress(ip: "127.0.0.77", port: 0)
            let connection = try await connect(to: address, from: source, on: actor)
            #expect(await peer.value()?.ip == "127.0.0.77")
            connection.close()
            listener.close()
        }
    }

    @Test func `one that gives up is told nothing, at whatever moment`() async throws {
        let full = try FullPort()
        let port = full.port
        try await withLoop { actor in
            var told = 0
            let (listener, address) = try listen(on: actor) { $0.close() }
            let addresses = [
                try SocketAddress(ip: "127.0.0.1", port: port), address, try SocketAddress(ip: "127.0.0.1", port: 1),
            ]
            for address in addresses {
                TCPConnection.connect(on: actor.loop, to: address) { _ in told += 1 }.cancel()
            }
            let unusable = try SocketAddress(ip: "192.0.2.1", port: 0)
            TCPConnection.connect(on: actor.loop, to: address, from: unusable) { _ in told += 1 }.cancel()
            let late = TCPConnection.connect(on: actor.loop, to: addresses[0]) { _ in told += 1 }
            for _ in 0..<5 { try await actor.loop.sleep(milliseconds: 1) }
            late.cancel()
            late.cancel()
            for _ in 0..<3 { try await actor.loop.sleep(milliseconds: 1) }
            #expect(told == 0)
            listener.close()
        }
        withExtendedLifetime(full) {}
    }

    @Test func `giving up lets go of what the caller gave, and after the end it changes nothing`() async throws {
        try await withLoop { actor in
            let (listener, address) = try listen(on: actor) { $0.close() }
            weak var token: Token?
            do {
                let made = Token()
                token = made
                TCPConnection.connect(on: actor.loop, to: address) { _ in made.touch() }.cancel()
            }
            #expect(token == nil)
            let outcome = Completion<LoopBound<TCPConnection>>(on: actor.loop)
            let connecting = TCPConnection.connect(on: actor.loop, to: address) { [loop = actor.loop] in
                if let connection = try? $0.get() { outcome.finish(LoopBound(connection, on: loop)) }
            }
            let connection = try #require(await outcome.value()).value
            connecting.cancel()
            #expect(connection.isOpen)
            connection.close()
            listener.close()
        }
    }

    enum Disturbance: CaseIterable { case none, bytes, fin, reset }

    @Test(arguments: Disturbance.allCases) func `a connection is quiet until something has come in`(
        disturbance: Disturbance
    ) async throws {
        try await withLoop { actor in
            let accepted = Completion<LoopBound<TCPConnection>>(on: actor.loop)
            let (listener, address) = try listen(on: actor) { accepted.finish(LoopBound($0, on: actor.loop)) }
            // Not reading, so that the question alone must find out.
            let connection = try await connect(to: address, on: actor)
            let other = try #require(await accepted.value()).value
            #expect(connection.isQuiet)
            switch disturbance {
            case .none: break
            case .bytes: _ = [1].withUnsafeBytes { other.write($0) }
            case .fin: other.shutdownWriting()
            case .reset: other.closeWithReset()
            }
            for _ in 0..<3 { try await actor.loop.sleep(milliseconds: 1) }
            #expect(connection.isQuiet == (disturbance == .none))
            connection.close()
            #expect(!connection.isQuiet)
            other.close()
            listener.close()
        }
    }
}

private final class Token {
    func touch() {}
}

/// Gives what it gets to the test; closes when the peer does.
private final class Recorder: TCPConnectionDelegate {
    let connection: TCPConnection
    var onBytes: ([UInt8]) -> Void = { _ in }

    init(_ connection: TCPConnection) {
        self.connection = connection
        connection.delegate = self
        connection.startReading()
    }

    func received(_ bytes: UnsafeRawBufferPointer) { onBytes(Array(bytes)) }
    func ended(_ error: UVError?) { connection.close() }
    func drained() {}
}
