internal import CLibuv

/// An outgoing TCP connection that is on its way. Loop-confined.
///
/// It ends once: by what it was asked for, or by ``cancel()``, after which nothing is told.
@safe public final class Connecting {
    private let connection: TCPConnection
    private var onEnd: ((Result<TCPConnection, UVError>) -> Void)?

    init(_ connection: TCPConnection, onEnd: @escaping (Result<TCPConnection, UVError>) -> Void) {
        self.connection = connection
        self.onEnd = onEnd
    }

    /// Gives up: the socket closes at once and the caller is told nothing. Harmless when it has ended.
    public func cancel() {
        guard onEnd != nil else { return }
        onEnd = nil
        connection.close()
    }

    /// Asks libuv to connect; the request keeps this object alive until libuv has answered.
    func start(_ memory: HandleMemory, to address: SocketAddress) throws(UVError) {
        let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
        unsafe request.pointee.data = Unmanaged.passRetained(self).toOpaque()
        let status = unsafe address.withSystemAddress { system, _ in
            unsafe uv_tcp_connect(request, memory.pointer(to: uv_tcp_t.self), system) { request, status in
                guard let request = unsafe request else { return }
                let data = unsafe request.pointee.data
                unsafe request.deallocate()
                guard let data = unsafe data else { return }
                unsafe Unmanaged<Connecting>.fromOpaque(data).takeRetainedValue().end(status: status)
            }
        }
        if status < 0 {
            unsafe Unmanaged.passUnretained(self).release()
            unsafe request.deallocate()
            throw UVError(code: status)
        }
    }

    /// Tells the caller, unless it has given up: closing the handle ends its request with `ECANCELED`.
    func end(status: Int32) {
        guard let onEnd = onEnd.take() else { return }
        if status < 0 {
            connection.close()
            onEnd(.failure(UVError(code: status)))
        } else {
            onEnd(.success(connection))
        }
    }
}
