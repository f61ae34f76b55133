/// Decodes the chunked transfer coding (RFC 9112 section 7.1), each byte once however the input is cut.
struct ChunkedDecoder {
    private enum State {
        case sizeStart, size
        case extensionNameStart, extensionName, extensionValueStart, extensionToken, extensionQuoted, extensionEscape,
            extensionEnd
        case sizeLineFeed, data, dataReturn, dataLineFeed
        case trailerStart, trailerName, trailerValue, trailerLineFeed, finalLineFeed
    }

    /// Sixteen hexadecimal digits hold any 64-bit size; more could only be zeros in front, without end.
    private static let sizeDigitsMax = 16

    private var state = State.sizeStart
    private var size: UInt64 = 0
    private var sizeDigits = 0
    private var remaining = 0
    private var extensionBytes = 0
    private var trailerBytes = 0

    init() {}

    /// Decodes `bytes` from `index` on into `sink` and moves `index`; true when the last chunk and the trailers are
    /// done.
    mutating func advance(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        into sink: inout BodySink,
        limits: HTTPLimits
    ) throws(MessageFault) -> Bool {
        while index < bytes.count {
            if state == .data {
                let end = index &+ min(remaining, bytes.count &- index)
                sink.take(index..<end, of: bytes)
                remaining &-= end &- index
                index = end
                if remaining == 0 { state = .dataReturn }
                continue
            }
            let byte = bytes[index]
            index &+= 1
            switch state {
            case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .finalLineFeed:
                if try takeTrailer(byte, bytesMax: limits.trailerBytesMax) { return true }
            case .sizeStart, .size, .sizeLineFeed:
                try takeSize(byte, room: UInt64(sink.room(limits)))
            case .data, .dataReturn, .dataLineFeed:
                try takeDataEnd(byte)
            default:
                try takeExtension(byte, bytesMax: limits.chunkExtensionBytesMax)
            }
        }
        return false
    }

    private mutating func takeSize(_ byte: UInt8, room: UInt64) throws(MessageFault) {
        if state == .sizeLineFeed {
            guard byte == UInt8(ascii: "\n") else { throw .malformedChunk }
            remaining = Int(size)
            state = size == 0 ? .trailerStart : .data
            return
        }
        if let digit = CharacterClass.hexValue(byte) {
            sizeDigits &+= 1
            guard sizeDigits <= ChunkedDecoder.sizeDigitsMax else { throw .malformedChunk }
            // Compared before multiplying, so no number of digits overflows.
            guard size <= room &>> 4 else { throw .bodyTooLarge }
            size = size &* 16 &+ UInt64(digit)
            guard size <= room else { throw .bodyTooLarge }
            state = .size
            return
        }
        guard state == .size else { throw .malformedChunk }
        switch byte {
        case UInt8(ascii: "\r"): state = .sizeLineFeed
        // No whitespace before it: the grammar's BWS (section 7.1.1) is where parsers disagree.
        case UInt8(ascii: ";"): state = .extensionNameStart
        default: throw .malformedChunk
        }
    }

    /// `chunk-ext` of section 7.1.1, without whitespace; checked and ignored.
    private mutating func takeExtension(_ byte: UInt8, bytesMax: Int) throws(MessageFault) {
        extensionBytes &+= 1
        guard extensionBytes <= bytesMax else { throw .malformedChunk }
        switch (state, byte) {
        case (.extensionNameStart, _) where CharacterClass.isToken(byte): state = .extensionName
        case (.extensionName, _) where CharacterClass.isToken(byte): break
        case (.extensionName, UInt8(ascii: "=")): state = .extensionValueStart
        case (.extensionValueStart, UInt8(ascii: "\"")): state = .extensionQuoted
        case (.extensionValueStart, _) where CharacterClass.isToken(byte): state = .extensionToken
        case (.extensionToken, _) where CharacterClass.isToken(byte): break
        case (.extensionQuoted, UInt8(ascii: "\"")): state = .extensionEnd
        case (.extensionQuoted, UInt8(ascii: "\\")): state = .extensionEscape
        case (.extensionQuoted, _) where !CharacterClass.isForbiddenInValue(byte): break
        case (.extensionEscape, _) where !CharacterClass.isForbiddenInValue(byte): state = .extensionQuoted
        case (.extensionName, UInt8(ascii: ";")), (.extensionToken, UInt8(ascii: ";")),
            (.extensionEnd, UInt8(ascii: ";")):
            state = .extensionNameStart
        case (.extensionName, UInt8(ascii: "\r")), (.extensionToken, UInt8(ascii: "\r")),
            (.extensionEnd, UInt8(ascii: "\r")):
            state = .sizeLineFeed
        default: throw .malformedChunk
        }
    }

    private mutating func takeDataEnd(_ byte: UInt8) throws(MessageFault) {
        if state == .dataReturn {
            guard byte == UInt8(ascii: "\r") else { throw .malformedChunk }
            state = .dataLineFeed
        } else {
            guard byte == UInt8(ascii: "\n") else { throw .malformedChunk }
            (size, sizeDigits) = (0, 0)
            state = .sizeStart
        }
    }

    /// The trailer section (section 7.1.2): checked like header fields, never used, true when its empty line is done.
    private mutating func takeTrailer(_ byte: UInt8, bytesMax: Int) throws(MessageFault) -> Bool {
        switch (state, byte) {
        case (.trailerStart, UInt8(ascii: "\r")):
            state = .finalLineFeed
            return false
        case (.finalLineFeed, UInt8(ascii: "\n")):
            return true
        default:
            trailerBytes &+= 1
            guard trailerBytes <= bytesMax else { throw .headersTooLarge }
        }
        switch (state, byte) {
        case (.trailerStart, _) where CharacterClass.isToken(byte): state = .trailerName
        case (.trailerName, _) where CharacterClass.isToken(byte): break
        case (.trailerName, UInt8(ascii: ":")): state = .trailerValue
        case (.trailerValue, UInt8(ascii: "\r")): state = .trailerLineFeed
        case (.trailerValue, _) where !CharacterClass.isForbiddenInValue(byte): break
        case (.trailerLineFeed, UInt8(ascii: "\n")): state = .trailerStart
        default: throw .malformedHeader
        }
        return false
    }
}
