import UV

/// A connection without TLS. Loop-confined.
final class PlainLink: Link, TCPConnectionDelegate {
    private weak var owner: (any LinkOwner)?
    private var connecting: Connecting?
    private var connection: TCPConnection?

    init(to target: SocketAddress, from source: SocketAddress?, owner: any LinkOwner, on loop: EventLoop) {
        self.owner = owner
        connecting = TCPConnection.connect(on: loop, to: target, from: source) { [weak self] result in
            self?.connected(result)
        }
    }

    func send(_ bytes: Span<UInt8>) -> Bool {
        guard let connection else { return false }
        return unsafe bytes.withUnsafeBytes { unsafe connection.write($0) } != .failed
    }

    func close() {
        owner = nil
        connecting.take()?.cancel()
        connection.take()?.close()
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        unsafe owner?.received(bytes.assumingMemoryBound(to: UInt8.self).span)
    }

    func ended(_ error: UVError?) {
        let owner = owner
        close()
        owner?.ended(error == nil ? "closed" : "reset")
    }

    func drained() {}

    private func connected(_ result: Result<TCPConnection, UVError>) {
        connecting = nil
        switch result {
        case .success(let connection):
            self.connection = connection
            connection.delegate = self
            connection.startReading()
            owner?.opened()
        case .failure(let error):
            let owner = owner
            close()
            owner?.ended("connect_\(error.name.lowercased())")
        }
    }
}
