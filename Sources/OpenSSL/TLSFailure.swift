/// Why a TLS session is over, or never came about.
public enum TLSFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The peer's certificate is not good: OpenSSL's number for what is wrong (`X509_V_ERR_…`, X509_STORE_CTX_get_error(3)).
    case certificate(fault: Int)
    /// The peer does not speak TLS as we do, or says that we do not: what libssl found, or the alert that came.
    case refused(OpenSSLError)
    /// The bytes ended without close_notify: what is missing, nobody knows (RFC 8446 section 6.1).
    case truncated
    /// More ciphertext waits to be drained than ``TLSSession/outputBytesMax``.
    case overflow
    /// The session is not ready yet, or over.
    case closed

    /// Whether the certificate is trusted, but another host's (`X509_V_ERR_HOSTNAME_MISMATCH` and
    /// `X509_V_ERR_IP_ADDRESS_MISMATCH`).
    public var isOtherHost: Bool {
        self == .certificate(fault: 62) || self == .certificate(fault: 64)
    }

    /// One line for a log.
    public var description: String {
        switch self {
        case .certificate(let fault): "certificate fault \(fault)"
        case .refused(let error): error.description
        case .truncated: "ended without close_notify"
        case .overflow: "too much waits to be sent"
        case .closed: "closed"
        }
    }
}
