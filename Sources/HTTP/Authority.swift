/// `uri-host [":" port]` of RFC 9110 section 4.1, in Host fields and absolute-form targets.
enum Authority {
    /// Whether `range` is a name or address, perhaps with a port; empty is valid (RFC 9112 section 3.2).
    static func isValid(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        let end = range.upperBound
        if index < end, bytes[index] == UInt8(ascii: "[") {
            index &+= 1
            let start = index
            // IPv6 or a later literal (RFC 3986 section 3.2.2); nobody connects to it, so its digits are not checked
            // further.
            while index < end, CharacterClass.isHost(bytes[index]) || bytes[index] == UInt8(ascii: ":") { index &+= 1 }
            guard index > start, index < end, bytes[index] == UInt8(ascii: "]") else { return false }
            index &+= 1
        } else {
            index = min(bytes.endOfPlainText(from: index), end)
            while index < end, CharacterClass.isHost(bytes[index]) { index &+= 1 }
        }
        guard index < end else { return true }
        guard bytes[index] == UInt8(ascii: ":") else { return false }
        index &+= 1
        while index < end, CharacterClass.isDigit(bytes[index]) { index &+= 1 }
        return index == end
    }
}
