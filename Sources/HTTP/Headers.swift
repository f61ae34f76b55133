/// The header fields of one message in the order of arrival: one block of bytes and the ranges of names and values in
/// it.
///
/// Names compare without regard to case (RFC 9110 section 5.1). Reading a value makes its `String`, nothing else does.
public struct Headers: Sendable {
    /// Where one field lies in the block; 32 bits suffice, the block is bounded by `HTTPLimits.headBytesMax`.
    struct Field: Sendable {
        var nameStart: UInt32
        var nameEnd: UInt32
        var valueStart: UInt32
        var valueEnd: UInt32

        var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
        var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
    }

    private var block: [UInt8]
    private var fields: [Field]

    init(block: [UInt8], fields: [Field]) {
        self.block = block
        self.fields = fields
    }

    /// No fields.
    public init() {
        self.init(block: [], fields: [])
    }

    /// Fields written by code, a test for instance; names and values are taken as they are.
    public init(_ pairs: [(String, String)]) {
        self.init()
        for (name, value) in pairs { append(name, value) }
    }

    /// The number of fields.
    public var count: Int { fields.count }

    /// Whether there is no field.
    public var isEmpty: Bool { fields.isEmpty }

    /// The value of the first field called `name`, without whitespace around it; bytes that are not UTF-8 become
    /// U+FFFD.
    public func first(_ name: String) -> String? {
        let block = block.span
        for field in fields where matches(field, name, in: block) { return block.string(field.value) }
        return nil
    }

    /// The values of all fields called `name`, in order.
    public func all(_ name: String) -> [String] {
        let block = block.span
        var values: [String] = []
        for field in fields where matches(field, name, in: block) { values.append(block.string(field.value)) }
        return values
    }

    /// Whether there is a field called `name`.
    public func contains(_ name: String) -> Bool {
        let block = block.span
        for field in fields where matches(field, name, in: block) { return true }
        return false
    }

    /// The bytes of the value of the first field called `name`, when its exact bytes matter.
    public func firstBytes(_ name: String) -> [UInt8]? {
        let block = block.span
        for field in fields where matches(field, name, in: block) { return block.copy(field.value) }
        return nil
    }

    /// What `body` makes of the bytes of the value of the first field called `name`, which are not copied for it.
    public func first<Result>(_ name: String, _ body: (Span<UInt8>) -> Result) -> Result? {
        let block = block.span
        for field in fields where matches(field, name, in: block) { return body(block.extracting(field.value)) }
        return nil
    }

    /// Calls `body` with the bytes of the value of the only field called `name`, where they lie.
    ///
    /// - Returns: nil without a call when there is no such field, or more than one.
    public func withOnly<Result, Failure>(
        _ name: StaticString,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        let block = block.span
        var found: Field?
        for field in fields where block.extracting(field.name).isEqual(toLettersOf: name) {
            if found != nil { return nil }
            found = field
        }
        guard let found else { return nil }
        return try body(block.extracting(found.value))
    }

    /// Calls `body` with each name, as sent, and value, in order.
    public func forEach(_ body: (_ name: String, _ value: String) throws -> Void) rethrows {
        let block = block.span
        for field in fields { try body(block.string(field.name), block.string(field.value)) }
    }

    /// Adds a field behind the others; name and value are taken as they are.
    public mutating func append(_ name: String, _ value: String) {
        let nameStart = block.count
        block.append(contentsOf: name.utf8)
        let valueStart = block.count
        block.append(contentsOf: value.utf8)
        fields.append(
            Field(
                nameStart: UInt32(nameStart),
                nameEnd: UInt32(valueStart),
                valueStart: UInt32(valueStart),
                valueEnd: UInt32(block.count)
            )
        )
    }

    @inline(__always)
    private func matches(_ field: Field, _ name: String, in block: Span<UInt8>) -> Bool {
        let name = name.utf8.span
        guard field.nameEnd &- field.nameStart == name.count else { return false }
        var index = Int(field.nameStart)
        for offset in 0..<name.count {
            let (left, right) = (block[index], name[offset])
            if left != right, CharacterClass.lowercased(left) != CharacterClass.lowercased(right) { return false }
            index &+= 1
        }
        return true
    }
}

extension Headers: ExpressibleByDictionaryLiteral {
    /// `["Host": "a"]`; a name may occur several times.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}
