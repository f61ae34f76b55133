/// A text in scanned JSON: where it lies between its quotes, and whether it is written with escapes.
///
/// Its bytes were checked by ``JSONScanner``; the calls take the same bytes again.
public struct JSONText {
    /// Between the quotes.
    public let range: Range<Int>
    /// Whether there is a backslash in it; without one the bytes are the text.
    public let hasEscapes: Bool

    /// Whether the text is empty. No escape stands for nothing.
    public var isEmpty: Bool { range.isEmpty }

    /// Whether the text is `other`, byte for byte.
    public func equals(_ other: StaticString, in json: Span<UInt8>) -> Bool {
        if hasEscapes {
            let text = decoded(json)
            return Self.equals(text.span, other)
        }
        // Most names differ in their length.
        return range.count == other.utf8CodeUnitCount && Self.equals(json.extracting(range), other)
    }

    private static func equals(_ text: Span<UInt8>, _ other: StaticString) -> Bool {
        guard text.count == other.utf8CodeUnitCount else { return false }
        return unsafe text.withUnsafeBufferPointer { text in
            var index = 0
            while index < text.count, unsafe text[index] == other.utf8Start[index] { index &+= 1 }
            return index == text.count
        }
    }

    /// The text.
    public func string(in json: Span<UInt8>) -> String {
        if hasEscapes { return String(decoding: decoded(json), as: UTF8.self) }
        let part = json.extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private func decoded(_ json: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var scanner = JSONScanner()
        scanner.index = range.lowerBound
        while scanner.index < range.upperBound {
            if scanner.take(UInt8(ascii: "\\"), json) {
                // Checked when it was scanned.
                guard let scalar = try? scanner.escape(json) else { return [] }
                text.append(contentsOf: UTF8.encode(scalar)?.map { $0 } ?? [])
            } else {
                text.append(json[scanner.index])
                scanner.index += 1
            }
        }
        return text
    }
}
