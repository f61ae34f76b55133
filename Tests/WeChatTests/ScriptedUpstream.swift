import UV

/// A WeChat on loopback, on the test's own loop, that does what its script says: one act a request, in order.
final class ScriptedUpstream {
    enum Act: Sendable {
        /// An HTTP reply with this body.
        case reply(String, status: String = "200 OK")
        /// These bytes and then the end of the connection.
        case bytes(String)
        /// The end of the connection without a byte.
        case hangUp
        /// Nothing, ever.
        case silence
    }

    /// The first line of every request.
    private(set) var requests: [String] = []
    /// The header fields of every request, as they came.
    private(set) var heads: [String] = []
    /// The body of every request that said its length; empty for the others.
    private(set) var bodies: [String] = []
    /// Called when a request was read whole, before its act.
    var onRequest: () -> Void = {}

    private var script: [Act]
    private var listener: TCPListener?
    private var connections: [Connection] = []

    init(on loop: EventLoop, script: [Act]) throws(UVError) {
        self.script = script
        listener = try TCPListener(on: loop, host: "127.0.0.1", port: 0, backlog: 16) { [unowned self] connection in
            connections.append(Connection(connection, of: self))
        }
    }

    /// A base at whose port nobody listens.
    static func refusingBase(on loop: EventLoop) throws(UVError) -> String {
        let upstream = try ScriptedUpstream(on: loop, script: [])
        defer { upstream.close() }
        return upstream.base
    }

    var base: String { "http://127.0.0.1:\(listener?.port ?? 0)" }

    func close() {
        listener?.close()
        listener = nil
        for connection in connections { connection.tcp.close() }
        connections = []
    }

    private func act(on request: String, head: String, body: String, over tcp: TCPConnection) {
        requests.append(request)
        heads.append(head)
        bodies.append(body)
        onRequest()
        switch script.isEmpty ? .hangUp : script.removeFirst() {
        case .reply(let body, let status):
            // What jscode2session sends: JSON under another name.
            let head = "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            write(head + body, over: tcp)
        case .bytes(let bytes):
            write(bytes, over: tcp)
            tcp.close()
        case .hangUp: tcp.close()
        case .silence: break
        }
    }

    private func write(_ text: String, over tcp: TCPConnection) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { tcp.write($0) }
    }

    private final class Connection: TCPConnectionDelegate {
        let tcp: TCPConnection
        private unowned let upstream: ScriptedUpstream
        private var text = ""

        init(_ tcp: TCPConnection, of upstream: ScriptedUpstream) {
            self.tcp = tcp
            self.upstream = upstream
            tcp.delegate = self
            tcp.startReading()
        }

        func received(_ bytes: UnsafeRawBufferPointer) {
            text += String(decoding: bytes, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { return }
            let head = String(text[..<end.lowerBound])
            let body = String(text[end.upperBound...])
            let length = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }?.dropFirst(16)
            guard body.utf8.count >= length.flatMap({ Int($0) }) ?? 0 else { return }
            text = ""
            upstream.act(on: String(head.prefix { $0 != "\r\n" }), head: head, body: body, over: tcp)
        }

        func ended(_ error: UVError?) { tcp.close() }

        func drained() {}
    }
}
