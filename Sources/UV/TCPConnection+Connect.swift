internal import CLibuv
internal import Glibc

extension TCPConnection {
    /// Begins to connect; the connection comes with `TCP_NODELAY` set, without a delegate and not yet reading.
    ///
    /// There is no time limit but the kernel's minutes: who has one cancels. On the loop.
    ///
    /// - Parameters:
    ///   - address: where to.
    ///   - source: the local end of the same family, for load generators that need more connections than one address
    ///     has ports; nil leaves it to the kernel. With port 0 the kernel picks one that is free towards `address`.
    ///   - onEnd: gets the connection, which the caller then owns and closes, or why there is none. On the loop, never
    ///     before this call has returned, and never after ``Connecting/cancel()``.
    @discardableResult
    public static func connect(
        on loop: EventLoop,
        to address: SocketAddress,
        from source: SocketAddress? = nil,
        onEnd: @escaping (Result<TCPConnection, UVError>) -> Void
    ) -> Connecting {
        let memory = HandleMemory(for: UV_TCP)
        let connection = TCPConnection(connecting: memory, to: address.peer, on: loop)
        let connecting = Connecting(connection, onEnd: onEnd)
        do throws(UVError) {
            try open(memory, on: loop, family: address.family, owner: connection)
            if let source { try bind(memory, to: source) }
            try connecting.start(memory, to: address)
        } catch {
            // Told as any other failure, so that there is one way to fail.
            loop.inNextDrain { connecting.end(status: error.code) }
        }
        return connecting
    }

    /// Whether nothing has come in that was not read yet, and the peer has not closed: asked before a kept connection
    /// is used again, when ``startReading()`` is on but the loop may not have looked yet. Costs one system call.
    public var isQuiet: Bool {
        guard let memory else { return false }
        var descriptor: Int32 = -1
        guard unsafe uv_fileno(memory.handle, &descriptor) == 0 else { return false }
        var byte: UInt8 = 0
        // 0 is FIN, and one byte is something that nobody asked for.
        let count = unsafe recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
        return count < 0 && (errno == EAGAIN || errno == EINTR)
    }

    private static func open(
        _ memory: HandleMemory,
        on loop: EventLoop,
        family: Int32,
        owner: TCPConnection
    ) throws(UVError) {
        let handle = unsafe memory.pointer(to: uv_tcp_t.self)
        let status = unsafe uv_tcp_init_ex(loop.loop, handle, UInt32(family))
        if status < 0 {
            owner.forgetMemory()
            memory.discard()
            throw UVError(code: status)
        }
        memory.retain(owner: owner)
        // Requests are written whole; waiting to fill a segment would only delay them.
        _ = unsafe uv_tcp_nodelay(handle, 1)
    }

    private static func bind(_ memory: HandleMemory, to source: SocketAddress) throws(UVError) {
        var descriptor: Int32 = -1
        try check(unsafe uv_fileno(memory.handle, &descriptor))
        // Without it a port is taken from all destinations at once when the address is bound (ip(7)).
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, &on, size)
        let status = unsafe source.withSystemAddress { system, _ in
            unsafe uv_tcp_bind(memory.pointer(to: uv_tcp_t.self), system, 0)
        }
        try check(status)
    }
}
