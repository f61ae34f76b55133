/// The members of one JSON object in a file of settings, and all that is wrong with them.
///
/// Never throws, so that one mistake does not hide the next; what is wrong never shows a value, which may be a secret.
struct SettingMembers {
    /// In the order in which they were found.
    private(set) var faults: [String] = []
    private var members: KeyedDecodingContainer<Name>?

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    /// Opens the object that stands here; other members than the known ones are faults.
    init(from decoder: any Decoder, known: Set<String>) {
        guard let members = try? decoder.container(keyedBy: Name.self) else {
            faults = ["not a JSON object"]
            return
        }
        self.members = members
        let unknown = members.allKeys.map(\.stringValue).filter { !known.contains($0) }.sorted()
        faults = unknown.map { "unknown member \(ShownValue.quoted($0))" }
    }

    /// Whether there is an object at all.
    var isObject: Bool { members != nil }

    /// Whether a member is there, be it null.
    func contains(_ name: String) -> Bool {
        members?.contains(Name(stringValue: name)) ?? false
    }

    /// Whether a member is there and not null.
    func hasValue(_ name: String) -> Bool {
        guard let members, contains(name) else { return false }
        return (try? members.decodeNil(forKey: Name(stringValue: name))) != true
    }

    /// A member that must be there; nil after noting what is wrong with it.
    ///
    /// - Parameters:
    ///   - kind: what it should be, in words.
    ///   - nullIsMissing: else null is a value of the wrong kind.
    mutating func take<Raw: Decodable, Value>(
        _ name: String,
        as type: Raw.Type,
        _ kind: String,
        nullIsMissing: Bool = false,
        check: (Raw) throws(SettingFault) -> Value
    ) -> Value? {
        guard let members, nullIsMissing ? hasValue(name) : contains(name) else {
            if isObject { faults.append("\(name) is missing") }
            return nil
        }
        guard let raw = try? members.decode(type, forKey: Name(stringValue: name)) else {
            faults.append("\(name) is not \(kind)")
            return nil
        }
        do throws(SettingFault) {
            return try check(raw)
        } catch {
            faults.append("\(name): \(error.detail)")
            return nil
        }
    }
}
