/// Why a request cannot be read; the connection is lost with it, since nobody knows where the next message begins.
public enum RequestParseError: Error, Equatable, Sendable, CaseIterable {
    /// Not `method SP target SP HTTP/d.d CRLF`, or something else than HTTP altogether.
    case malformedRequestLine
    /// A method longer than any registered one, or CONNECT.
    case unsupportedMethod
    /// A target of a form that the method does not allow.
    case malformedTarget
    /// HTTP, but neither 1.0 nor 1.1.
    case unsupportedVersion
    /// A field line that is not `token ":" value CRLF`: space before the colon, folding, bare CR or LF, control
    /// characters.
    case malformedHeader
    /// Head, fields or trailers exceed their limits.
    case headersTooLarge
    /// HTTP/1.1 without a Host field.
    case missingHost
    /// More than one Host field, or one that is no `host[:port]`.
    case invalidHost
    /// Content-Length is not one number, or there are several.
    case invalidContentLength
    /// Both Content-Length and Transfer-Encoding: the classic of request smuggling.
    case contentLengthWithTransferCoding
    /// Transfer-Encoding is something else than exactly `chunked`, or comes with HTTP/1.0.
    case unsupportedTransferCoding
    /// A chunk size, extension or end that is not what RFC 9112 section 7.1 says.
    case malformedChunk
    /// The body exceeds `HTTPLimits.bodyBytesMax`.
    case bodyTooLarge

    /// One line for people, without anything that the peer sent.
    public var detail: String {
        switch self {
        case .malformedRequestLine: "The request line is malformed."
        case .unsupportedMethod: "The method is not supported."
        case .malformedTarget: "The request target is malformed."
        case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are supported."
        case .malformedHeader: "A header field is malformed."
        case .headersTooLarge: "The header fields are too large or too many."
        case .missingHost: "The Host header field is missing."
        case .invalidHost: "The Host header field is invalid or repeated."
        case .invalidContentLength: "The Content-Length header field is invalid or repeated."
        case .contentLengthWithTransferCoding: "Content-Length and Transfer-Encoding exclude each other."
        case .unsupportedTransferCoding: "The only supported transfer coding is chunked, with HTTP/1.1."
        case .malformedChunk: "The chunked body is malformed."
        case .bodyTooLarge: "The body is too large."
        }
    }

    /// The status of the reply: 400, or the more telling 413, 431, 501 or 505.
    public var status: Status {
        switch self {
        case .bodyTooLarge: .contentTooLarge
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .unsupportedMethod, .unsupportedTransferCoding: .notImplemented
        case .unsupportedVersion: .httpVersionNotSupported
        default: .badRequest
        }
    }

    init(_ fault: MessageFault) {
        switch fault {
        case .malformedHeader: self = .malformedHeader
        case .headersTooLarge: self = .headersTooLarge
        case .invalidContentLength: self = .invalidContentLength
        case .contentLengthWithTransferCoding: self = .contentLengthWithTransferCoding
        case .unsupportedTransferCoding: self = .unsupportedTransferCoding
        case .malformedChunk: self = .malformedChunk
        case .bodyTooLarge: self = .bodyTooLarge
        }
    }
}
