internal import UV

/// The bytes of one connection, with TLS around them or without. Loop-confined.
struct UpstreamTransport {
    /// What became of bytes that came in.
    enum Outcome: Equatable {
        /// They are what was meant; there is no TLS.
        case plain
        /// TLS has taken them.
        case consumed
        /// TLS is ready.
        case secured
        /// The peer has said that it will send no more.
        case ended
        /// There is no TLS, or it is broken.
        case failed(certificateFault: Int?)
    }

    private var tcp: TCPConnection?

    /// Goes over a new connection.
    mutating func begin(over tcp: TCPConnection) { self.tcp = tcp }

    /// Whether nothing has come in that was not read yet.
    var isQuiet: Bool { tcp?.isQuiet == true }

    /// Whether everything that was written went out.
    var isFlushed: Bool { tcp?.queuedBytes == 0 }

    mutating func secure(to host: UpstreamHost, trust: UpstreamTrust) -> Outcome { .failed(certificateFault: nil) }

    mutating func receive(_ bytes: UnsafeRawBufferPointer, _ read: (UnsafeRawBufferPointer) -> Void) -> Outcome {
        .plain
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) -> TCPConnection.WriteOutcome {
        guard let tcp else { return .failed }
        return unsafe tcp.write(bytes)
    }

    mutating func close() { tcp.take()?.close() }
}

/// TODO
final class UpstreamTrust {
    init(caFile: String?) {}
}

struct UpstreamTLSState {}
