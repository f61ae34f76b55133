internal import CLibuv
internal import Glibc

/// Accepts TCP connections on one loop; each loop of a group has its own on the same port (`SO_REUSEPORT`).
///
/// Loop-confined. ``close()`` must be called.
@safe public final class TCPListener {
    /// The port that is listened on.
    public let port: UInt16

    private unowned let loop: EventLoop
    private var memory: HandleMemory?
    private let onConnection: (TCPConnection) -> Void

    /// Whether anybody listens on this address: `SO_REUSEPORT` alone would silently share it with another process.
    ///
    /// - Throws: `EADDRINUSE`, or why the address cannot be bound at all. Any thread.
    public static func checkIsFree(host: String, port: UInt16) throws(UVError) {
        Glibc.close(try ListeningSocket.bind(host: host, port: port, reusePort: false).descriptor)
    }

    /// Binds and listens; connections are accepted from the loop's next turn on.
    ///
    /// - Parameters:
    ///   - host: a numeric IPv4 or IPv6 address.
    ///   - port: 0 for any free one; see ``port``.
    ///   - backlog: connections that the kernel keeps waiting, bounded by `net.core.somaxconn`.
    ///   - onConnection: takes over each connection, not yet reading.
    /// - Throws: libuv's status, for instance `EACCES` or `EADDRNOTAVAIL`.
    public init(
        on loop: EventLoop,
        host: String,
        port: UInt16,
        backlog: Int32,
        onConnection: @escaping (TCPConnection) -> Void
    ) throws(UVError) {
        let bound = try ListeningSocket.bind(host: host, port: port, reusePort: true)
        self.loop = loop
        self.port = bound.port
        self.onConnection = onConnection
        let memory = HandleMemory(for: UV_TCP)
        var status = unsafe uv_tcp_init(loop.loop, memory.pointer(to: uv_tcp_t.self))
        if status < 0 {
            memory.discard()
            Glibc.close(bound.descriptor)
            throw UVError(code: status)
        }
        memory.retain(owner: self)
        self.memory = memory
        status = unsafe uv_tcp_open(memory.pointer(to: uv_tcp_t.self), bound.descriptor)
        if status < 0 {
            Glibc.close(bound.descriptor)
        } else {
            status = unsafe uv_listen(memory.pointer(to: uv_stream_t.self), backlog) { handle, status in
                unsafe owner(handle?.pointee.data, as: TCPListener.self)?.accept(status: status)
            }
        }
        if status < 0 {
            close()
            throw UVError(code: status)
        }
    }

    /// Stops listening. Calling it again does nothing.
    public func close() {
        memory.take()?.close()
    }

    private func accept(status: Int32) {
        // A failed accept (out of descriptors, client gone) concerns one client; libuv keeps listening.
        guard status == 0, let memory else { return }
        guard let connection = try? TCPConnection(accepting: memory, on: loop) else { return }
        onConnection(connection)
    }
}
