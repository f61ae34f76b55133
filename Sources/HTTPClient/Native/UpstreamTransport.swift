internal import OpenSSL
internal import UV

/// The bytes of one connection, with TLS around them or without. Loop-confined.
///
/// A class, because what comes out of it may make its owner write to it or close it.
final class UpstreamTransport {
    /// What bytes that came in have led to, beside what was read from them.
    enum Outcome: Equatable {
        /// Nothing else.
        case consumed
        /// TLS is ready.
        case secured
        /// The peer has said inside TLS that it sends no more.
        case ended
        /// There is no TLS, or it is broken.
        ///
        /// - Parameter certificateFault: OpenSSL's number; nil also for a good certificate of another host.
        case failed(certificateFault: Int?)
    }

    private var tcp: TCPConnection?
    private var session: TLSSession?
    private var isSecured = false

    /// Goes over a new connection.
    func begin(over tcp: TCPConnection) { self.tcp = tcp }

    /// Whether nothing has come in that was not read yet.
    var isQuiet: Bool { tcp?.isQuiet == true }

    /// Whether nothing has come in but what was handed out: no record of TLS has begun.
    var isAtEnd: Bool { session?.hasPartialRecord != true }

    /// Whether everything that was written went out.
    var isFlushed: Bool { tcp?.queuedBytes == 0 }

    /// Begins TLS; its outcome comes with what is received.
    ///
    /// - Returns: what is wrong already, nil for nothing.
    func secure(to host: UpstreamHost, trust: UpstreamTrust) -> Outcome? {
        do throws(OpenSSLError) {
            let session = try TLSSession.client(
                try trust.context(),
                host: host.endpoint.host,
                resuming: host.ticket
            )
            self.session = session
            let step = session.start()
            _ = flush(session)
            return if case .failed(let failure) = step { Self.outcome(of: failure) } else { nil }
        } catch {
            return .failed(certificateFault: nil)
        }
    }

    /// Takes what arrived, and hands out what is meant by it, in pieces that are valid only during the call.
    ///
    /// - Parameter read: also told whether nothing arrived behind the piece, not even a part of a record of TLS.
    func receive(_ bytes: UnsafeRawBufferPointer, _ read: (RawSpan, _ isLast: Bool) -> Void) -> Outcome {
        guard let session else {
            read(unsafe bytes.bytes, true)
            return .consumed
        }
        let step = session.receive(unsafe bytes.bytes, onPiece: read)
        // Its part of the handshake, or an alert that tells the peer why.
        _ = flush(session)
        switch step {
        case .incomplete: return .consumed
        case .complete:
            if isSecured { return .consumed }
            isSecured = true
            return .secured
        case .ended: return .ended
        case .failed(let failure): return Self.outcome(of: failure)
        }
    }

    /// The latest ticket of the server, once.
    func takeTicket() -> TLSTicket? { session?.takeTicket() }

    /// Writes what is meant; `failed` when not one byte of it was given to the kernel.
    func write(_ bytes: UnsafeRawBufferPointer) -> TCPConnection.WriteOutcome {
        guard let tcp else { return .failed }
        guard let session else { return unsafe tcp.write(bytes) }
        do throws(TLSFailure) {
            try session.send(unsafe bytes.bytes)
        } catch {
            return .failed
        }
        return flush(session)
    }

    /// Closes at once, with a close_notify if there is TLS.
    func close() {
        guard let tcp = tcp.take() else { return }
        if let session = session.take() {
            session.close()
            session.drain { alert in _ = unsafe alert.withUnsafeBytes { unsafe tcp.write($0) } }
        }
        tcp.close()
    }

    private func flush(_ session: TLSSession) -> TCPConnection.WriteOutcome {
        guard let tcp else { return .failed }
        var outcome = TCPConnection.WriteOutcome.written
        session.drain { ciphertext in outcome = unsafe ciphertext.withUnsafeBytes { unsafe tcp.write($0) } }
        return outcome
    }

    private static func outcome(of failure: TLSFailure) -> Outcome {
        if case .certificate(let fault) = failure, !failure.isOtherHost { return .failed(certificateFault: fault) }
        return .failed(certificateFault: nil)
    }
}
