import COpenSSL

/// What lets a later session with the same host begin without certificates and their signatures (`SSL_SESSION`; RFC 8446
/// section 2.2, RFC 5077). Loop-confined.
///
/// It vouches for the host that it came from and for the trust under which it came, so it is only ever offered to the
/// same host under the same ``TLSContext``: a resumed session does not look at a certificate again.
@safe public final class TLSTicket: Redacted {
    let session: OpaquePointer
    private let host: ReferenceIdentity
    private let context: ObjectIdentifier

    /// Takes a session's reference over.
    init(owning session: OpaquePointer, host: ReferenceIdentity, context: TLSContext) {
        unsafe self.session = session
        self.host = host
        self.context = ObjectIdentifier(context)
    }

    deinit { unsafe SSL_SESSION_free(session) }

    /// Whether it may be offered to the host.
    func isValid(for host: ReferenceIdentity, under context: TLSContext) -> Bool {
        self.host == host && self.context == ObjectIdentifier(context)
            && (unsafe SSL_SESSION_is_resumable(session) == 1)
    }
}
