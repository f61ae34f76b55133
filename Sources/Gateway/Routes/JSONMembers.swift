internal import JSON

/// The members of one JSON object, read by ``JSONScanner``: where they lie, not yet what they say.
///
/// Names that nobody asks for may stand for anything, also for several values.
struct JSONMembers {
    private struct Member {
        let name: JSONText
        let value: JSONScanner.Value
    }

    /// Room for what a client sends; more grows it.
    private static let expectedCount = 8

    private let json: [UInt8]
    private var members: [Member] = []

    /// Nil when `json` is anything but one object.
    init?(_ json: [UInt8]) {
        self.json = json
        var members: [Member] = []
        members.reserveCapacity(Self.expectedCount)
        do throws(JSONScanner.Malformed) {
            try JSONScanner.forEachMember(of: json.span) { members.append(Member(name: $0, value: $1)) }
        } catch {
            return nil
        }
        self.members = members
    }

    /// What a name stands for.
    func member(_ name: StaticString) -> RequestMember {
        let bytes = json.span
        var found: JSONScanner.Value?
        for member in members where member.name.equals(name, in: bytes) {
            if found != nil { return .repeated }
            found = member.value
        }
        return switch found {
        case nil: .absent
        case .null: .null
        case .text(let text): .text(text.string(in: bytes))
        case .boolean(let flag): .boolean(flag)
        case .number(let range): Self.integer(bytes.extracting(range)).map { .integer($0) } ?? .other
        case .composite: .other
        }
    }

    /// Digits whose value fits an `Int` whatever they are; nobody asks for larger numbers.
    private static let integerDigitsMax = 18

    private static func integer(_ text: Span<UInt8>) -> Int? {
        let isNegative = text[0] == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        guard text.count - start <= integerDigitsMax else { return nil }
        var magnitude = 0
        for index in start..<text.count {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) else { return nil }
            magnitude = magnitude * 10 + Int(text[index] - UInt8(ascii: "0"))
        }
        return isNegative ? -magnitude : magnitude
    }
}
