import Glibc
import TestSupport

/// A blocking HTTP server on a loopback port whose connections do exactly what a script says, byte by byte.
///
/// Each connection runs the script on a thread of its own. Every wait ends within ``patienceSeconds``.
final class ScriptedServer: Sendable {
    /// What has happened so far.
    struct Counts: Equatable {
        var connections = 0
        var requests = 0
        /// Connections that the script has left or closed.
        var ended = 0
    }

    static let patienceSeconds = 20

    let port: UInt16
    private let listener: Int32
    private let script: @Sendable (ScriptedConnection) -> Void
    private let certificate: ScriptedTLS.Certificate?
    private let state = Locked(Counts())
    private let requestTexts = Locked<[String]>([])

    /// - Parameter certificate: makes it an HTTPS server.
    init(
        _ certificate: ScriptedTLS.Certificate? = nil,
        _ script: @escaping @Sendable (ScriptedConnection) -> Void
    ) throws {
        (listener, port) = try Loopback.listen(backlog: 512)
        self.script = script
        self.certificate = certificate
        Loopback.startThread { [self] in acceptAll() }
    }

    /// Refuses new connections and wakes the accepting thread.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    var counts: Counts { state.withLock { $0 } }

    /// The whole text of each request, in order of arrival.
    var requests: [String] { requestTexts.withLock { $0 } }

    func url(_ path: String = "/") -> String {
        "\(certificate == nil ? "http" : "https")://127.0.0.1:\(port)\(path)"
    }

    /// Blocks until the counts are as wanted; false when the patience ends first.
    func wait(until isDone: (Counts) -> Bool) -> Bool {
        for _ in 0..<(ScriptedServer.patienceSeconds * 1000) {
            if isDone(counts) { return true }
            usleep(1000)
        }
        return false
    }

    fileprivate func count(_ change: (inout Counts) -> Void) { state.withLock { change(&$0) } }

    fileprivate func record(_ request: String) {
        requestTexts.withLock { $0.append(request) }
        count { $0.requests += 1 }
    }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0 { break }
            let index = state.withLock { counts in
                counts.connections += 1
                return counts.connections - 1
            }
            Loopback.startThread { [self] in
                let connection = ScriptedConnection(descriptor: descriptor, index: index, server: self)
                connection.tls = certificate.flatMap { ScriptedTLS($0) }
                script(connection)
                connection.sayGoodbye()
                connection.close()
            }
        }
        close(listener)
    }
}

/// One connection of a ``ScriptedServer``, used by its own thread.
final class ScriptedConnection {
    /// Counts from 0 in order of arrival.
    let index: Int
    private let server: ScriptedServer
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    /// What its bytes go through; nil for plain HTTP.
    fileprivate(set) var tls: ScriptedTLS?

    fileprivate init(descriptor: Int32, index: Int, server: ScriptedServer) {
        self.descriptor = descriptor
        self.index = index
        self.server = server
        var patience = timeval(tv_sec: ScriptedServer.patienceSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Reads and counts a request with its body; nil when the client has closed.
    func readRequest() -> String? {
        while true {
            if let count = wholeRequestCount() {
                let request = String(decoding: buffer[..<count], as: UTF8.self)
                buffer.removeFirst(count)
                server.record(request)
                return request
            }
            if !readMore() { return nil }
        }
    }

    /// Answers each request alike until the client closes.
    func answerAll(_ reply: String) {
        while readRequest() != nil { send(reply) }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// False when the client is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        guard let tls else { return sendRaw(bytes) }
        while !tls.isReady {
            if tls.isOver || !readMore() { return false }
        }
        return sendRaw(tls.encrypt(bytes))
    }

    /// Sends bytes as they are, also over TLS; false when the client is gone.
    @discardableResult
    func sendRaw(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            sent += count
        }
        return true
    }

    /// Sends a few bytes after a pause; false when the client is gone.
    func drip(_ text: String, everyMilliseconds pause: UInt32) -> Bool {
        usleep(pause * 1000)
        return send(Array(text.utf8))
    }

    /// Reads and discards until the client closes or resets.
    func waitForEnd() { while readMore() { buffer.removeAll() } }

    /// Reads and discards, without TLS, until the client closes or resets.
    func waitRaw() {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while recv(descriptor, &chunk, chunk.count, 0) > 0 {}
    }

    /// What the server would say to the client's first TLS message, not sent.
    func firstFlight() -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard let tls, count > 0 else { return [] }
        _ = tls.decrypt(Array(chunk[..<count]))
        return tls.output()
    }

    /// Sends close_notify over TLS that is up; nothing without TLS.
    func sayGoodbye() {
        guard descriptor >= 0, let tls, tls.isReady else { return }
        sendRaw(tls.goodbye())
    }

    /// Sends FIN and goes on reading.
    func shutdownWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes at once; over TLS without a goodbye.
    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
        server.count { $0.ended += 1 }
    }

    /// Closes with RST.
    func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
        close()
    }

    private func readMore() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count <= 0 { return false }
        guard let tls else {
            buffer += chunk[..<count]
            return true
        }
        buffer += tls.decrypt(Array(chunk[..<count]))
        sendRaw(tls.output())
        return !tls.isOver
    }

    /// The bytes of the first request in the buffer, head and body; nil while it is incomplete.
    private func wholeRequestCount() -> Int? {
        let end = Array("\r\n\r\n".utf8)
        guard buffer.count >= 4,
            let headCount = (0...(buffer.count - 4)).first(where: { buffer[$0..<($0 + 4)].elementsEqual(end) })
        else { return nil }
        var length = 0
        for line in String(decoding: buffer[..<headCount], as: UTF8.self).lowercased().split(separator: "\r\n")
        where line.hasPrefix("content-length:") {
            length = Int(line.dropFirst("content-length:".count).filter { $0 != " " }) ?? 0
        }
        let total = headCount + 4 + length
        return buffer.count >= total ? total : nil
    }
}
