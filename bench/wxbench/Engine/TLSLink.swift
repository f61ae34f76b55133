import OpenSSL
import UV

/// A connection in TLS, over a plain one. Loop-confined.
final class TLSLink: Link, LinkOwner {
    /// Carries the ciphertext.
    var carrier: PlainLink?

    private weak var owner: (any LinkOwner)?
    private let dialer: TLSDialer
    private var session: TLSSession?
    private var isUp = false

    init(_ dialer: TLSDialer, owner: any LinkOwner) {
        self.dialer = dialer
        self.owner = owner
    }

    func send(_ bytes: Span<UInt8>) -> Bool {
        guard let session else { return false }
        do throws(TLSFailure) { try unsafe session.send(bytes.bytes) } catch { return false }
        return flush()
    }

    func close() {
        owner = nil
        if let session {
            session.close()
            _ = flush()
        }
        session = nil
        carrier.take()?.close()
    }

    func opened() {
        do throws(OpenSSLError) {
            let session = try TLSSession.client(dialer.context, host: dialer.host, resuming: dialer.ticket)
            self.session = session
            _ = session.start()
            _ = flush()
        } catch {
            fail("tls")
        }
    }

    func received(_ bytes: Span<UInt8>) {
        guard let session else { return }
        let step = unsafe session.receive(bytes.bytes) { [weak self] plaintext in
            self?.upIfNotYet()
            unsafe plaintext.withUnsafeBytes {
                unsafe self?.owner?.received($0.assumingMemoryBound(to: UInt8.self).span)
            }
        }
        // The owner may have closed it meanwhile.
        guard self.session != nil else { return }
        _ = flush()
        switch step {
        case .incomplete: break
        case .complete:
            upIfNotYet()
            if let ticket = session.takeTicket() { dialer.ticket = ticket }
        case .ended: fail("closed")
        case .failed(.certificate): fail("tls_certificate")
        case .failed: fail("tls")
        }
    }

    func ended(_ reason: String) { fail(reason) }

    private func upIfNotYet() {
        if isUp { return }
        isUp = true
        owner?.opened()
    }

    private func fail(_ reason: String) {
        let owner = owner
        close()
        owner?.ended(reason)
    }

    private func flush() -> Bool {
        guard let session, let carrier else { return false }
        var isSent = true
        session.drain { ciphertext in
            unsafe ciphertext.withUnsafeBytes { bytes in
                isSent = unsafe carrier.send(bytes.assumingMemoryBound(to: UInt8.self).span)
            }
        }
        return isSent
    }
}
