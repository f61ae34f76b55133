/// Scans `HTTP-version SP 3DIGIT [SP reason-phrase] CRLF` (RFC 9112 section 4), each byte once however the input is
/// cut.
struct StatusLineScanner {
    private enum State {
        case version, code, afterCode, reason, lineFeed
    }

    private(set) var position = 0
    private(set) var version = Version.http11
    private(set) var code: UInt16 = 0
    private(set) var reason = 0..<0
    private var state = State.version
    private var matcher = VersionMatcher()

    /// The code's offset: behind `HTTP/1.1` and a space.
    private static let codeStart = VersionMatcher.length + 1

    init() {}

    /// True when the line is done; `position` is behind it then. Shown all bytes of the message so far at each call.
    mutating func advance(_ bytes: Span<UInt8>) throws(ResponseParseError) -> Bool {
        var index = position
        if index == 0 { index = takeUsualStart(bytes) }
        while index < bytes.count {
            let byte = bytes[index]
            switch state {
            case .version where index < VersionMatcher.length:
                guard matcher.take(byte, at: index) else { throw .malformedStatusLine }
                index &+= 1
            case .version:
                guard let version = matcher.version else { throw .unsupportedVersion }
                guard byte == UInt8(ascii: " ") else { throw .malformedStatusLine }
                self.version = version
                index &+= 1
                state = .code
            case .code:
                guard CharacterClass.isDigit(byte) else { throw .malformedStatusLine }
                code = code &* 10 &+ UInt16(byte &- UInt8(ascii: "0"))
                index &+= 1
                if index == StatusLineScanner.codeStart + 3 {
                    guard code >= 100 else { throw .malformedStatusLine }
                    state = .afterCode
                }
            case .afterCode where byte == UInt8(ascii: "\r"):
                // Without reason the space before it is due, but many servers leave it out.
                index &+= 1
                state = .lineFeed
            case .afterCode:
                guard byte == UInt8(ascii: " ") else { throw .malformedStatusLine }
                index &+= 1
                reason = index..<index
                state = .reason
            case .reason:
                index = bytes.firstForbiddenInValue(from: index)
                guard index < bytes.count else { break }
                guard bytes[index] == UInt8(ascii: "\r") else { throw .malformedStatusLine }
                reason = reason.lowerBound..<index
                index &+= 1
                state = .lineFeed
            case .lineFeed:
                guard byte == UInt8(ascii: "\n") else { throw .malformedStatusLine }
                position = index &+ 1
                return true
            }
        }
        position = index
        return false
    }

    /// `HTTP/1.1 ` and a code in one look, as nearly each reply begins; what differs is looked at byte by byte.
    ///
    /// - Returns: the offset behind it, or 0.
    @inline(__always)
    private mutating func takeUsualStart(_ bytes: Span<UInt8>) -> Int {
        let end = Self.codeStart + 3
        guard bytes.count > end, bytes.word(at: 0) == 0x312E_312F_5054_5448, bytes[8] == UInt8(ascii: " ") else {
            return 0
        }
        var code: UInt16 = 0
        for index in Self.codeStart..<end {
            guard CharacterClass.isDigit(bytes[index]) else { return 0 }
            code = code &* 10 &+ UInt16(bytes[index] &- UInt8(ascii: "0"))
        }
        guard code >= 100 else { return 0 }
        self.code = code
        state = .afterCode
        return end
    }
}
