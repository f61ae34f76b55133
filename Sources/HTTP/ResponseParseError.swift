/// Why a reply cannot be read; the connection is useless with it.
public enum ResponseParseError: Error, Equatable, Sendable, CaseIterable {
    /// The connection ended before the first byte of a reply.
    case noReply
    /// The connection ended inside a reply.
    case incompleteReply
    /// Bytes came although no reply was expected.
    case unexpectedReply
    /// Not `HTTP/d.d SP 3DIGIT SP reason CRLF`.
    case malformedStatusLine
    /// HTTP, but neither 1.0 nor 1.1.
    case unsupportedVersion
    /// A field line that is not `token ":" value CRLF`.
    case malformedHeader
    /// Head, fields or trailers exceed their limits.
    case headersTooLarge
    /// More 1xx replies than `HTTPLimits.interimRepliesMax`, or 101: nobody asked for another protocol.
    case unexpectedInterimReply
    /// Content-Length is not one number, or there are several.
    case invalidContentLength
    /// Both Content-Length and Transfer-Encoding.
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
        case .noReply: "The connection ended without a reply."
        case .incompleteReply: "The connection ended inside a reply."
        case .unexpectedReply: "A reply came that nobody had asked for."
        case .malformedStatusLine: "The status line is malformed."
        case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are supported."
        case .malformedHeader: "A header field is malformed."
        case .headersTooLarge: "The header fields are too large or too many."
        case .unexpectedInterimReply: "An interim reply is unexpected or one too many."
        case .invalidContentLength: "The Content-Length header field is invalid or repeated."
        case .contentLengthWithTransferCoding: "Content-Length and Transfer-Encoding exclude each other."
        case .unsupportedTransferCoding: "The only supported transfer coding is chunked, with HTTP/1.1."
        case .malformedChunk: "The chunked body is malformed."
        case .bodyTooLarge: "The body is too large."
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
