import COpenSSL

/// One end of a TLS connection without its socket: ciphertext goes in and comes out as bytes. Loop-confined.
///
/// The order of a life: ``client(_:host:resuming:)`` and ``start()``, or ``server(_:)``; then ``receive(_:onPlaintext:)``
/// for whatever arrives, ``send(_:)`` once a step was complete, and ``drain(_:)`` after each of these calls, also after
/// one that failed: what waits then is the alert that tells the peer why. The caller closes the socket.
@safe public final class TLSSession {
    /// Where the session stands after a call.
    public enum Step: Equatable, Sendable {
        /// The handshake goes on; more has to arrive.
        case incomplete
        /// The session is up: plaintext can be sent and may have been received.
        case complete
        /// The peer has said that it sends no more (close_notify), after all that was delivered.
        case ended
        /// The session is of no use any more.
        case failed(TLSFailure)
    }

    /// The ciphertext that may wait to be drained: as much as a connection queues for a slow peer.
    public static let outputBytesMax = 1 << 20

    /// The most bytes that a record adds to its plaintext (RFC 5246 section 6.2.3, header included).
    private static let recordOverheadMax = 2048 + 5

    private let context: TLSContext
    private let host: ReferenceIdentity?
    private let pointer: OpaquePointer
    private let buffers: UnsafeMutablePointer<CiphertextBuffers>
    private var step = Step.incomplete
    private var isCloseSent = false

    /// A client's end.
    ///
    /// - Parameters:
    ///   - host: the name or numeric address (IPv6 without brackets) that the certificate must be for. A name is also
    ///     told to the server (SNI).
    ///   - ticket: of an earlier session, offered if it was with the same host; the server may ignore it.
    /// - Throws: `OpenSSLError` when the host is neither a name nor an address, or for lack of memory.
    public static func client(
        _ context: TLSContext,
        host: String,
        resuming ticket: TLSTicket? = nil
    ) throws(OpenSSLError) -> TLSSession {
        precondition(!context.isServer, "a server's context in a client")
        guard let identity = ReferenceIdentity(host) else {
            throw OpenSSLError(operation: "SSL_set1_host", reason: "neither a host name nor an address")
        }
        let session = try TLSSession(context, host: identity)
        try session.expect(identity)
        if let ticket, ticket.isValid(for: identity, under: context) {
            try check("SSL_set_session") { unsafe SSL_set_session(session.pointer, ticket.session) }
        }
        unsafe SSL_set_connect_state(session.pointer)
        return session
    }

    /// A server's end.
    public static func server(_ context: TLSContext) throws(OpenSSLError) -> TLSSession {
        precondition(context.isServer, "a client's context in a server")
        let session = try TLSSession(context, host: nil)
        unsafe SSL_set_accept_state(session.pointer)
        return session
    }

    private init(_ context: TLSContext, host: ReferenceIdentity?) throws(OpenSSLError) {
        let pointer = unsafe try checkPointer("SSL_new") { unsafe SSL_new(context.pointer) }
        let buffers = UnsafeMutablePointer<CiphertextBuffers>.allocate(capacity: 1)
        unsafe buffers.initialize(to: CiphertextBuffers())
        self.context = context
        self.host = host
        unsafe self.pointer = pointer
        unsafe self.buffers = buffers
        let bio = unsafe try CiphertextBIO.make(over: buffers)
        unsafe SSL_set_bio(pointer, bio, bio)
        try check("SSL_set_ex_data") { unsafe SSL_set_ex_data(pointer, 0, buffers) }
    }

    deinit {
        // Without this, libssl would take a session that was not closed in both directions for a bad one, and its ticket
        // could not be used (SSL_set_shutdown(3)). Where libssl itself found a fault, it has spoilt the ticket already.
        unsafe SSL_set_shutdown(pointer, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        unsafe SSL_free(pointer)
        unsafe buffers.pointee.free()
        unsafe buffers.deallocate()
    }

    // MARK: - The handshake

    /// Begins: a client's first message is ready to be drained.
    public func start() -> Step {
        if step == .incomplete { handshake() }
        return step
    }

    /// Whether the server took the ticket.
    public var isResumed: Bool { unsafe SSL_session_reused(pointer) == 1 }

    /// The version in use, such as `TLSv1.3`.
    public var version: String { unsafe String(cString: SSL_get_version(pointer)) }

    /// The latest ticket that the server gave, once; with TLS 1.3 it comes after the handshake, mostly with the first
    /// reply. Nil when there is none.
    public func takeTicket() -> TLSTicket? {
        guard let host, let ticket = unsafe buffers.pointee.ticket else { return nil }
        unsafe buffers.pointee.ticket = nil
        return unsafe TLSTicket(owning: ticket, host: host, context: context)
    }

    private func expect(_ identity: ReferenceIdentity) throws(OpenSSLError) {
        let parameters = unsafe SSL_get0_param(pointer)
        switch identity {
        case .address(let text):
            try check("X509_VERIFY_PARAM_set1_ip_asc") { unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, text) }
        case .name(let text):
            // Only names of the kind meant for it: a common name may be anybody's (RFC 9525 section 6.3).
            let flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
            unsafe X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(flags))
            try check("SSL_set1_host") { unsafe SSL_set1_host(pointer, text) }
            try check("SSL_set_tlsext_host_name") { unsafe shim_ssl_set_server_name(pointer, text) }
        }
    }

    private func handshake() {
        emptyErrorQueue()
        let result = unsafe SSL_do_handshake(pointer)
        if result == 1 {
            step = hasForeignProtocol ? .failed(.refused(.foreignProtocol)) : .complete
        } else if unsafe SSL_get_error(pointer, result) != SSL_ERROR_WANT_READ {
            fail()
        }
    }

    /// Whether the server chose a protocol that was not offered; libssl leaves that to us.
    private var hasForeignProtocol: Bool {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(pointer, &name, &count)
        return unsafe !UnsafeBufferPointer(start: name, count: Int(count)).elementsEqual("http/1.1".utf8) && count > 0
    }

    // MARK: - Bytes

    /// Takes all of what arrived, and hands out the plaintext in it, a record at a time.
    ///
    /// - Parameters:
    ///   - ciphertext: not kept; what libssl cannot use yet it has copied.
    ///   - onPlaintext: gets bytes that are valid only during the call, because all sessions of a context share the
    ///     buffer: no other session of the context may receive meanwhile. It may send on this one, and close it.
    public func receive(_ ciphertext: RawSpan, onPlaintext: (RawSpan) -> Void) -> Step {
        receive(ciphertext) { piece, _ in onPlaintext(piece) }
    }

    /// The same for who wants to know of each piece whether nothing came behind it, not even a part of a record.
    public func receive(_ ciphertext: RawSpan, onPiece: (RawSpan, _ isLast: Bool) -> Void) -> Step {
        unsafe ciphertext.withUnsafeBytes { bytes in
            unsafe buffers.pointee.input = bytes
            if step == .incomplete { handshake() }
            if step == .complete { read(onPiece) }
            unsafe buffers.pointee.input = UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return step
    }

    /// The connection has ended: a failure unless the peer said so inside TLS before.
    public func receiveEnd() -> Step {
        if step == .incomplete || step == .complete { step = .failed(.truncated) }
        return step
    }

    /// Encrypts plaintext; the ciphertext is ready to be drained.
    ///
    /// - Throws: ``TLSFailure/closed`` when the session is not up, ``TLSFailure/overflow`` when too much waits, in which
    ///   case nothing was taken.
    public func send(_ plaintext: RawSpan) throws(TLSFailure) {
        guard step == .complete, !isCloseSent else { throw .closed }
        let count = plaintext.byteCount
        if count == 0 { return }
        let records = (count + TLSContext.recordBytesMax - 1) / TLSContext.recordBytesMax
        let outputCount = unsafe buffers.pointee.outputCount
        guard outputCount + count + records * Self.recordOverheadMax <= Self.outputBytesMax else { throw .overflow }
        emptyErrorQueue()
        var written = 0
        let result = unsafe plaintext.withUnsafeBytes { unsafe SSL_write_ex(pointer, $0.baseAddress, count, &written) }
        if result == 1 { return }
        fail()
        guard case .failed(let failure) = step else { throw .closed }
        throw failure
    }

    /// Says that nothing more will be sent (close_notify), if the session is up.
    public func close() {
        guard !isCloseSent, step == .complete || step == .ended else { return }
        isCloseSent = true
        emptyErrorQueue()
        _ = unsafe SSL_shutdown(pointer)
        emptyErrorQueue()
    }

    /// Whether something came of which the rest is still to come: the peer has begun to say what nobody can read yet.
    /// libssl does not tell it of a record of which exactly the header came (SSL_has_pending(3)).
    public var hasPartialRecord: Bool { unsafe SSL_has_pending(pointer) == 1 }

    /// Bytes that wait to be drained.
    public var outputCount: Int { unsafe buffers.pointee.outputCount }

    /// Hands out all ciphertext that waits, if there is any, in one piece that is valid only during the call.
    public func drain(_ body: (RawSpan) -> Void) {
        let count = unsafe buffers.pointee.outputCount
        if count == 0 { return }
        // Taken out, so that a call from within the body cannot move what is being read.
        let output = unsafe buffers.pointee.output
        unsafe buffers.pointee.output = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        unsafe buffers.pointee.outputCount = 0
        body(unsafe UnsafeRawBufferPointer(rebasing: output[..<count]).bytes)
        let isReplaced = unsafe buffers.pointee.output.count > 0
        if isReplaced || output.count > CiphertextBuffers.outputBytesKept {
            unsafe output.deallocate()
        } else {
            unsafe buffers.pointee.output = output
        }
    }

    private func read(_ onPiece: (RawSpan, Bool) -> Void) {
        precondition(!context.isPlaintextLent, "a session received while another one's plaintext was looked at")
        let room = unsafe context.plaintext
        while step == .complete {
            emptyErrorQueue()
            var count = 0
            let result = unsafe SSL_read_ex(pointer, room.baseAddress, room.count, &count)
            guard result == 1 else {
                switch unsafe SSL_get_error(pointer, result) {
                case SSL_ERROR_WANT_READ: break
                case SSL_ERROR_ZERO_RETURN: step = .ended
                default: fail()
                }
                return
            }
            // Nothing left on either side of libssl, so another call would only say so.
            let isLast = unsafe buffers.pointee.input.isEmpty && SSL_has_pending(pointer) == 0
            context.isPlaintextLent = true
            onPiece(unsafe UnsafeRawBufferPointer(rebasing: room[..<count]).bytes, isLast)
            context.isPlaintextLent = false
            if isLast { return }
        }
    }

    /// Finds out why libssl gave up, and leaves its error queue empty.
    private func fail() {
        let fault = unsafe SSL_get_verify_result(pointer)
        let error = OpenSSLError.fromQueue("SSL")
        let isCertificate = ERR_GET_REASON(error.code) == SSL_R_CERTIFICATE_VERIFY_FAILED
        if isCertificate && fault != Int(X509_V_OK) {
            step = .failed(.certificate(fault: fault))
        } else {
            step = .failed(.refused(error))
        }
    }
}

extension OpenSSLError {
    /// A server that answers in another protocol than HTTP/1.1.
    fileprivate static var foreignProtocol: OpenSSLError {
        OpenSSLError(operation: "SSL_get0_alpn_selected", reason: "a protocol that was not offered")
    }
}
