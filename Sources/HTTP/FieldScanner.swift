/// Scans field lines up to and with the empty line (RFC 9112 section 5), each byte once however the input is cut.
///
/// The caller shows all bytes of the message so far at each call; `position` tells how many of them are done.
struct FieldScanner {
    private enum State {
        case lineStart, name, beforeValue, value, lineFeed, finalLineFeed
    }

    private(set) var position: Int
    /// Empty unless it keeps them.
    private(set) var fields: [Headers.Field] = []
    private(set) var framing = FramingFields()
    /// Where the values of Content-Type and Date lie when the fields are not kept; the last of several counts.
    private(set) var contentType: Range<Int>?
    private(set) var date: Range<Int>?
    private let keepsFields: Bool
    private var count = 0
    private var state = State.lineStart
    private var nameStart = 0
    private var nameEnd = 0
    private var valueStart = 0
    private var valueEnd = 0

    /// Begins at `position`, the byte behind the start line.
    ///
    /// - Parameter keepsFields: whether `fields` tells them; all are checked either way.
    init(from position: Int, keepsFields: Bool = true) {
        self.position = position
        self.keepsFields = keepsFields
    }

    /// Begins again, with the memory of the fields before.
    mutating func restart(from position: Int) {
        self.position = position
        fields.removeAll(keepingCapacity: true)
        (count, contentType, date) = (0, nil, nil)
        framing = FramingFields()
        state = .lineStart
    }

    /// True when the empty line is done; `position` is behind it then.
    mutating func advance(_ bytes: Span<UInt8>, countMax: Int) throws(MessageFault) -> Bool {
        var index = position
        while index < bytes.count {
            // The states of one line follow each other without coming back here: a jump less each that nobody can
            // predict.
            switch state {
            case .lineStart:
                if bytes[index] == UInt8(ascii: "\r") {
                    index &+= 1
                    state = .finalLineFeed
                    continue
                }
                // Whitespace here would be obs-fold (section 5.2) or a first line of it (section 2.2); both are
                // refused.
                guard CharacterClass.isToken(bytes[index]) else { throw .malformedHeader }
                guard count < countMax else { throw .headersTooLarge }
                count &+= 1
                if keepsFields, fields.isEmpty { fields.reserveCapacity(12) }
                nameStart = index
                index &+= 1
                state = .name
                fallthrough
            case .name:
                index = bytes.endOfPlainText(from: index)
                while index < bytes.count, CharacterClass.isToken(bytes[index]) { index &+= 1 }
                guard index < bytes.count else { break }
                // Section 5.1: no whitespace between name and colon.
                guard bytes[index] == UInt8(ascii: ":") else { throw .malformedHeader }
                nameEnd = index
                index &+= 1
                state = .beforeValue
                fallthrough
            case .beforeValue:
                while index < bytes.count, CharacterClass.isWhitespace(bytes[index]) { index &+= 1 }
                guard index < bytes.count else { break }
                valueStart = index
                state = .value
                fallthrough
            case .value:
                index = bytes.firstForbiddenInValue(from: index)
                guard index < bytes.count else { break }
                // A bare LF is refused, although section 2.2 would let us take it for a line end.
                guard bytes[index] == UInt8(ascii: "\r") else { throw .malformedHeader }
                valueEnd = index
                index &+= 1
                state = .lineFeed
                fallthrough
            case .lineFeed:
                guard index < bytes.count else { break }
                guard bytes[index] == UInt8(ascii: "\n") else { throw .malformedHeader }
                try finishField(bytes)
                index &+= 1
                state = .lineStart
            case .finalLineFeed:
                guard bytes[index] == UInt8(ascii: "\n") else { throw .malformedHeader }
                position = index &+ 1
                return true
            }
        }
        position = index
        return false
    }

    @inline(__always)
    private mutating func finishField(_ bytes: Span<UInt8>) throws(MessageFault) {
        let value = bytes.trimmed(valueStart..<valueEnd)
        if keepsFields {
            fields.append(
                Headers.Field(
                    name: UInt32(truncatingIfNeeded: nameStart)..<UInt32(truncatingIfNeeded: nameEnd),
                    value: UInt32(truncatingIfNeeded: value.lowerBound)..<UInt32(truncatingIfNeeded: value.upperBound)
                )
            )
        } else {
            noteDescription(nameStart..<nameEnd, value, bytes)
        }
        try framing.note(name: nameStart..<nameEnd, value: value, in: bytes)
    }

    @inline(__always)
    private mutating func noteDescription(_ name: Range<Int>, _ value: Range<Int>, _ bytes: Span<UInt8>) {
        switch name.count {
        case 12 where bytes.matches(name, lowercased: "content-type"): contentType = value
        case 4 where bytes.matches(name, lowercased: "date"): date = value
        default: break
        }
    }
}
