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

    /// How far a request had come, and what libcurl can tell of the obstacle: for the diagnosis of a connection.
    public struct Trace: Equatable, Sendable {
        /// The steps of a request, in their order.
        public enum Stage: Int, Sendable, Comparable {
            /// The host's name had no address yet.
            case resolving
            /// There was no TCP connection yet.
            case connecting
            /// There was a TCP connection, on which nothing of the request was sent; with `https`, TLS was not ready.
            case securing
            /// The request was sent, at least in part.
            case exchanging

            /// Whether the one step comes before the other.
            public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
        }

        /// The step at which it ended. When the time to connect ended it, and not the request's whole time, nobody looks
        /// closer than ``Stage/connecting``.
        public let stage: Stage
        /// OpenSSL's number for what is wrong with the certificate (`X509_V_ERR_…`); nil when there is none, as for a
        /// certificate that is good but another host's.
        public let certificateFault: Int?
        /// `errno` of the last system call that failed while connecting; nil when none did.
        public let systemError: Int32?

        /// Puts the three together.
        public init(stage: Stage, certificateFault: Int? = nil, systemError: Int32? = nil) {
            self.stage = stage
            self.certificateFault = certificateFault
            self.systemError = systemError
        }
    }

    /// What went wrong.
    public let code: Code
    /// False only if not one byte of the request was sent, so that another base may be tried without doing it twice.
    public let requestSent: Bool
    /// libcurl's number for it (libcurl-errors(3)), when libcurl found it.
    public let curlCode: UInt32?
    /// How far it had come; nil when libcurl was not asked for it.
    public internal(set) var trace: Trace?

    init(_ code: Code, requestSent: Bool = false, curlCode: CURLcode? = nil) {
        self.code = code
        self.requestSent = requestSent
        self.curlCode = curlCode.map { UInt32($0.rawValue) }
    }

    /// Makes an error as the client would, for whoever decides by one.
    public init(_ code: Code, requestSent: Bool, curlCode: UInt32?, trace: Trace?) {
        self.code = code
        self.requestSent = requestSent
        self.curlCode = curlCode
        self.trace = trace
    }

    /// The code and libcurl's fixed sentence for its number; not its error buffer, which may quote the URL.
    public var description: String {
        guard let curlCode else { return code.rawValue }
        let sentence = unsafe String(cString: curl_easy_strerror(CURLcode(rawValue: curlCode)))
        return "\(code.rawValue) (curl \(curlCode): \(sentence))"
    }
}
