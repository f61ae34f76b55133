import FoundationEssentials

/// The JSON object that came in on the control API, read member by member.
///
/// A member that nobody asked for is an error: a misspelt fault that silently does nothing would make a test lie.
struct ControlObject: Sendable {
    private var members: [String: JSONValue]
    /// Where the object stands within the body, for messages: empty, or such as `faults[2].`.
    private let place: String

    /// Reads a body; an empty one counts as `{}`.
    init(_ body: [UInt8]) throws(SimulatorRefusal) {
        place = ""
        if body.isEmpty {
            members = [:]
            return
        }
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(body)) else {
            throw .invalid("the body is not JSON")
        }
        guard case .object(let members) = value else { throw .invalid("the body is not a JSON object") }
        self.members = members
    }

    private init(_ members: [String: JSONValue], place: String) {
        self.members = members
        self.place = place
    }

    /// Ends the reading: throws when a member is left.
    func finish() throws(SimulatorRefusal) {
        guard let name = members.keys.min() else { return }
        throw .invalid("unknown member \(place)\(name.prefix(64))")
    }

    /// Whether the member was sent, as null or otherwise.
    func has(_ name: String) -> Bool {
        members[name] != nil
    }

    mutating func string(_ name: String) throws(SimulatorRefusal) -> String? {
        try take(name, as: "a string") { if case .string(let text) = $0 { text } else { nil } }
    }

    mutating func flag(_ name: String) throws(SimulatorRefusal) -> Bool? {
        try take(name, as: "true or false") { if case .flag(let flag) = $0 { flag } else { nil } }
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) throws(SimulatorRefusal) -> Double? {
        try take(name, as: "a number from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))") {
            if case .number(let number) = $0, range.contains(number) { number } else { nil }
        }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(SimulatorRefusal) -> Int? {
        try take(name, as: "an integer from \(range.lowerBound) to \(range.upperBound)") {
            if case .number(let number) = $0, let integer = Int(exactly: number), range.contains(integer) {
                integer
            } else {
                nil
            }
        }
    }

    mutating func strings(_ name: String) throws(SimulatorRefusal) -> [String]? {
        try take(name, as: "an array of strings") {
            guard case .array(let values) = $0 else { return nil }
            let strings = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
            return strings.count == values.count ? strings : nil
        }
    }

    /// The member whatever it is, null apart.
    mutating func value(_ name: String) throws(SimulatorRefusal) -> JSONValue? {
        try take(name, as: "any value") { $0 }
    }

    mutating func object(_ name: String) throws(SimulatorRefusal) -> ControlObject? {
        let members = try take(name, as: "an object") { if case .object(let members) = $0 { members } else { nil } }
        return members.map { ControlObject($0, place: "\(place)\(name).") }
    }

    mutating func objects(_ name: String) throws(SimulatorRefusal) -> [ControlObject]? {
        let all = try take(name, as: "an array of objects") { value -> [[String: JSONValue]]? in
            guard case .array(let values) = value else { return nil }
            let objects = values.compactMap { if case .object(let members) = $0 { members } else { nil } }
            return objects.count == values.count ? objects : nil
        }
        return all?.enumerated().map { ControlObject($0.element, place: "\(place)\(name)[\($0.offset)].") }
    }

    /// The members that are left, for objects whose names are data.
    mutating func numbersByName(in range: ClosedRange<Double>) throws(SimulatorRefusal) -> [(String, Double)] {
        var numbers: [(String, Double)] = []
        for name in members.keys.sorted() {
            if let number = try number(name, in: range) { numbers.append((name, number)) }
        }
        return numbers
    }

    /// Removes the member. Absent and null give nil; whoever needs to tell them apart asks `has` first.
    private mutating func take<Value>(
        _ name: String,
        as expected: String,
        _ convert: (JSONValue) -> Value?
    ) throws(SimulatorRefusal) -> Value? {
        guard let value = members.removeValue(forKey: name), value != .null else { return nil }
        guard let converted = convert(value) else { throw .invalid("\(place)\(name.prefix(64)) must be \(expected)") }
        return converted
    }

    private static func text(_ bound: Double) -> String {
        Int(exactly: bound).map(String.init) ?? String(bound)
    }
}
