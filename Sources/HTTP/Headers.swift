/// The header fields of one message in the order of arrival: one block of bytes and the ranges of names and values in
/// it.
///
/// Names compare without regard to case (RFC 9110 section 5.1). Reading a value makes its `String`, nothing else does.
public struct Headers: Sendable {
    /// Where one field lies in the block; 32 bits suffice, the block is bounded by `HTTPLimits.headBytesMax`.
    struct Field: Sendable {
        var name: Range<UInt32>
        var value: Range<UInt32>
    }

    private var storage: HeadStorage

    init(_ storage: HeadStorage) {
        self.storage = storage
    }

    init(window: Span<UInt8>, count: Int, fields: [Field]) {
        storage = HeadStorage(fieldCapacity: fields.count, byteCapacity: count + 1)
        storage.fill(window, count: count, fields: fields)
    }

    /// No fields.
    public init() {
        storage = .empty
    }

    /// Fields written by code, a test for instance; names and values are taken as they are.
    public init(_ pairs: [(String, String)]) {
        self.init()
        for (name, value) in pairs { append(name, value) }
    }

    /// The number of fields.
    public var count: Int { storage.fieldCount }

    /// Whether there is no field.
    public var isEmpty: Bool { storage.fieldCount == 0 }

    /// The value of the first field called `name`, without whitespace around it; bytes that are not UTF-8 become
    /// U+FFFD.
    public func first(_ name: String) -> String? {
        storage.index(of: name).map { storage.string(storage.field($0).value) }
    }

    /// The values of all fields called `name`, in order.
    public func all(_ name: String) -> [String] {
        var values: [String] = []
        var start = 0
        while let index = storage.index(of: name, from: start) {
            values.append(storage.string(storage.field(index).value))
            start = index + 1
        }
        return values
    }

    /// Whether there is a field called `name`.
    public func contains(_ name: String) -> Bool { storage.index(of: name) != nil }

    /// The bytes of the value of the first field called `name`, when its exact bytes matter.
    public func firstBytes(_ name: String) -> [UInt8]? {
        storage.index(of: name).map { storage.copy(storage.field($0).value) }
    }

    /// What `body` makes of the bytes of the value of the first field called `name`, where they lie.
    public func first<Result>(_ name: String, _ body: (Span<UInt8>) -> Result) -> Result? {
        storage.index(of: name).map { storage.withBytes(storage.field($0).value, body) }
    }

    /// Calls `body` with the bytes of the value of the only field called `name`, where they lie.
    ///
    /// - Parameter name: in lower case.
    /// - Returns: nil without a call when there is no such field, or more than one.
    public func withOnly<Result, Failure>(
        lowercased name: StaticString,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let index = storage.onlyIndex(ofLowercased: name) else { return nil }
        return try storage.withBytes(storage.field(index).value, body)
    }

    /// Calls `body` with each name, as sent, and value, in order.
    public func forEach(_ body: (_ name: String, _ value: String) throws -> Void) rethrows {
        for index in 0..<storage.fieldCount {
            let field = storage.field(index)
            try body(storage.string(field.name), storage.string(field.value))
        }
    }

    /// Adds a field behind the others; name and value are taken as they are.
    public mutating func append(_ name: String, _ value: String) {
        if !isKnownUniquelyReferenced(&storage) {
            let copy = HeadStorage(fieldCapacity: count + 1, byteCapacity: 256)
            copy.append(fieldsOf: storage)
            storage = copy
        }
        storage.append(name, value)
    }
}

extension Headers: ExpressibleByDictionaryLiteral {
    /// `["Host": "a"]`; a name may occur several times.
    public init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}
