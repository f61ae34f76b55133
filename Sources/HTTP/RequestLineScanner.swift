/// Scans `method SP request-target SP HTTP-version CRLF` (RFC 9112 section 3), each byte once however the input is cut.
struct RequestLineScanner {
    private enum State {
        case method, targetStart, target, version, lineFeed
    }

    /// Longer than each registered method; RFC 9112 section 3 has longer ones answered with 501.
    private static let methodBytesMax = 32

    private(set) var position = 0
    private(set) var method = 0..<0
    private(set) var target = 0..<0
    private(set) var version = Version.http11
    private var state = State.method
    private var tokenStart = 0
    private var matcher = VersionMatcher()

    /// True when the line is done; `position` is behind it then. Shown all bytes of the message so far at each call.
    mutating func advance(_ bytes: Span<UInt8>) throws(RequestParseError) -> Bool {
        var index = position
        while index < bytes.count {
            switch state {
            case .method:
                while index < bytes.count, CharacterClass.isToken(bytes[index]) { index &+= 1 }
                guard index <= RequestLineScanner.methodBytesMax else { throw .unsupportedMethod }
                guard index < bytes.count else { break }
                guard bytes[index] == UInt8(ascii: " "), index > 0 else { throw .malformedRequestLine }
                method = 0..<index
                index &+= 1
                tokenStart = index
                state = .targetStart
            case .targetStart:
                guard CharacterClass.isTarget(bytes[index]) else { throw .malformedRequestLine }
                state = .target
            case .target:
                index = bytes.endOfTarget(from: index)
                while index < bytes.count, CharacterClass.isTarget(bytes[index]) { index &+= 1 }
                guard index < bytes.count else { break }
                guard bytes[index] == UInt8(ascii: " ") else { throw .malformedRequestLine }
                target = tokenStart..<index
                index &+= 1
                tokenStart = index
                state = .version
            case .version:
                // Nearly always this, whole; anything else is looked at byte by byte.
                if index == tokenStart, bytes.count &- index >= VersionMatcher.length,
                    bytes.word(at: index) == VersionMatcher.http11
                {
                    matcher.takeHTTP11()
                    index &+= VersionMatcher.length
                    continue
                }
                let offset = index &- tokenStart
                if offset < VersionMatcher.length {
                    guard matcher.take(bytes[index], at: offset) else { throw .malformedRequestLine }
                } else {
                    guard bytes[index] == UInt8(ascii: "\r") else { throw .malformedRequestLine }
                    guard let version = matcher.version else { throw .unsupportedVersion }
                    self.version = version
                    state = .lineFeed
                }
                index &+= 1
            case .lineFeed:
                guard bytes[index] == UInt8(ascii: "\n") else { throw .malformedRequestLine }
                position = index &+ 1
                return true
            }
        }
        position = index
        return false
    }
}
