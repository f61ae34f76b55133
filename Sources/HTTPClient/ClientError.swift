internal import CCurl

/// Why a request has no reply. Never holds or shows a URL.
public struct ClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, as far as a caller decides by it.
    public enum Code: String, Sendable {
        /// The request's time, or its time to connect, is over.
        case timedOut
        /// The host name does not resolve.
        case resolveFailed
        /// No connection, for instance refused, or lost before the request.
        case connectFailed
        /// No TLS, for instance because the certificate is not trusted or names another host.
        case tlsFailed
        /// The connection ended after the request and before the whole reply. The server may have acted on the request.
        case connectionLost
        /// The reply is larger than the request allows.
        case replyTooLarge
        /// The reply is not HTTP/1.1.
        case malformedReply
        /// The calling task was cancelled.
        case cancelled
        /// The client was closed.
        case closed
        /// Too many requests are under way and waiting.
        case overloaded
        /// The request is not one that may be sent: its URL, a header field or a limit.
        case invalidRequest
        /// libcurl failed in a way that no reply explains, such as for lack of memory.
        case internalFailure
    }

    /// What went wrong.
    public let code: Code
    /// False only if not one byte of the request was sent, so that another base may be tried without doing it twice.
    public let requestSent: Bool
    /// libcurl's number for it (libcurl-errors(3)), when libcurl found it.
    public let curlCode: UInt32?

    init(_ code: Code, requestSent: Bool = false, curlCode: CURLcode? = nil) {
        self.code = code
        self.requestSent = requestSent
        self.curlCode = curlCode.map { UInt32($0.rawValue) }
    }

    /// The code and libcurl's fixed sentence for its number; not its error buffer, which may quote the URL.
    public var description: String {
        guard let curlCode else { return code.rawValue }
        let sentence = unsafe String(cString: curl_easy_strerror(CURLcode(rawValue: curlCode)))
        return "\(code.rawValue) (curl \(curlCode): \(sentence))"
    }
}
