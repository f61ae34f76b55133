/// The HTTP versions that share the HTTP/1 wire format (RFC 9112 section 2.3).
public enum Version: Sendable, Hashable, Comparable {
    /// HTTP/1.0: no chunked coding, no keep-alive unless asked for.
    case http10
    /// HTTP/1.1.
    case http11
}
