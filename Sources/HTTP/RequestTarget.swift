/// A request target taken apart (RFC 9112 section 3.2).
struct RequestTarget {
    /// Nil when an absolute-form has none, which means `/` (RFC 9110 section 4.2.3).
    let path: Range<Int>?
    /// Behind the first `?`; nil without one.
    let query: Range<Int>?

    /// `range` holds target characters only; the scanner has seen to that.
    init(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>,
        method: Method.Registered
    ) throws(RequestParseError) {
        guard !range.isEmpty else { throw .malformedTarget }
        let pathStart: Int
        switch bytes[range.lowerBound] {
        case UInt8(ascii: "/"):
            pathStart = range.lowerBound
        case UInt8(ascii: "*") where range.count == 1 && method == .options:
            (path, query) = (range, nil)
            return
        default:
            pathStart = try RequestTarget.endOfAuthority(bytes, range)
        }
        let target = bytes.extracting(..<range.upperBound)
        let pathEnd = target.firstIndex(of: UInt8(ascii: "?"), from: pathStart) ?? range.upperBound
        path = pathStart == pathEnd ? nil : pathStart..<pathEnd
        query = pathEnd < range.upperBound ? pathEnd &+ 1..<range.upperBound : nil
    }

    /// Absolute-form: where the path (or query) begins behind `http://authority`.
    private static func endOfAuthority(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(RequestParseError) -> Int {
        let start: Int
        if range.count >= 7, bytes.matches(range.lowerBound..<range.lowerBound + 7, lowercased: "http://") {
            start = range.lowerBound + 7
        } else if range.count >= 8, bytes.matches(range.lowerBound..<range.lowerBound + 8, lowercased: "https://") {
            start = range.lowerBound + 8
        } else {
            throw .malformedTarget
        }
        var end = start
        while end < range.upperBound, bytes[end] != UInt8(ascii: "/"), bytes[end] != UInt8(ascii: "?") { end &+= 1 }
        // No user information: RFC 9110 section 4.2.4 has it treated as an error. And no empty host (section 4.2.1).
        guard end > start, Authority.isValid(bytes, start..<end) else { throw .malformedTarget }
        return end
    }
}
