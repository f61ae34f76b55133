/// What the fields of a head say about the message's length and the connection, noted while they are scanned.
struct FramingFields {
    /// The one Content-Length; more than any limit when its digits exceed 64 bits.
    private(set) var contentLength: UInt64?
    /// Transfer-Encoding is there, and is exactly `chunked`.
    private(set) var isChunked = false
    /// A Connection field lists `close`.
    private(set) var closes = false
    /// A Connection field lists `keep-alive`.
    private(set) var keepsAlive = false
    /// Expect lists `100-continue` (RFC 9110 section 10.1.1); other expectations are ignored.
    private(set) var expectsContinue = false
    private(set) var hostCount = 0
    /// Where the value of the last Host field lies.
    private(set) var host = 0..<0

    /// Looks at one field line.
    @inline(__always)
    mutating func note(name: Range<Int>, value: Range<Int>, in bytes: Span<UInt8>) throws(MessageFault) {
        // By length first: of the usual fields few get to a comparison.
        switch name.count {
        case 4 where bytes.matches(name, lowercased: "host"):
            hostCount &+= 1
            host = value
        case 6 where bytes.matches(name, lowercased: "expect"):
            if FramingFields.lists("100-continue", in: bytes, value) { expectsContinue = true }
        case 10 where bytes.matches(name, lowercased: "connection"):
            if FramingFields.lists("close", in: bytes, value) { closes = true }
            if FramingFields.lists("keep-alive", in: bytes, value) { keepsAlive = true }
        case 14 where bytes.matches(name, lowercased: "content-length"):
            try noteContentLength(bytes, value)
        case 17 where bytes.matches(name, lowercased: "transfer-encoding"):
            try noteTransferEncoding(bytes, value)
        default:
            break
        }
    }

    /// Whether another message may follow on the connection (RFC 9112 section 9.3); `close` wins.
    func keepAlive(_ version: Version) -> Bool {
        !closes && (version == .http11 || keepsAlive)
    }

    /// RFC 9112 section 6.3 item 5 lets a recipient accept equal repeats; we take digits only and once, as smuggling
    /// starts there.
    private mutating func noteContentLength(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(MessageFault) {
        if isChunked { throw .contentLengthWithTransferCoding }
        guard contentLength == nil, !value.isEmpty else { throw .invalidContentLength }
        var length: UInt64 = 0
        for index in value {
            guard CharacterClass.isDigit(bytes[index]) else { throw .invalidContentLength }
            let (product, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] &- UInt8(ascii: "0")))
            // Still digits, so a valid number, only larger than any body may be: it sticks at the maximum.
            length = overflow || carry || length == .max ? .max : sum
        }
        contentLength = length
    }

    /// RFC 9112 section 6.1: chunked must be the final coding; we know no other, so it must be the only one.
    private mutating func noteTransferEncoding(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(MessageFault) {
        guard !isChunked, bytes.matches(value, lowercased: "chunked") else { throw .unsupportedTransferCoding }
        if contentLength != nil { throw .contentLengthWithTransferCoding }
        isChunked = true
    }

    /// Whether the comma-separated list in `value` has the element `token`, case ignored.
    private static func lists(_ token: StaticString, in bytes: Span<UInt8>, _ value: Range<Int>) -> Bool {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end &+= 1 }
            if bytes.matches(bytes.trimmed(start..<end), lowercased: token) { return true }
            start = end &+ 1
        }
        return false
    }
}
