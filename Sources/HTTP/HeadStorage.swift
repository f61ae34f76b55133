/// The bytes of one head with the places of its parts, in one piece of memory.
///
/// Shared by all copies of a ``RequestHead`` or ``Headers`` and immutable while it is: only who holds the one reference
/// writes. That is why a parser can fill the same storage again when the request before is over.
@safe final class HeadStorage: @unchecked Sendable {
    /// Of the request line; nothing else in the storage of mere fields.
    struct Line {
        var method: Range<UInt32> = 0..<0
        var registered = Method.Registered.other
        var target: Range<UInt32> = 0..<0
        var path: Range<UInt32> = 0..<0
        /// Nil without a question mark.
        var query: Range<UInt32>?
        var version = Version.http11
    }

    var line = Line()
    private(set) var fieldCount = 0
    private(set) var byteCount = 0
    private var fieldCapacity: Int
    private var byteCapacity: Int
    /// The fields' places, then the bytes.
    private var memory: UnsafeMutableRawPointer

    /// Shared by all empty sets of fields.
    static let empty = HeadStorage(fieldCapacity: 0, byteCapacity: 0)

    /// What a first request takes; most need no more.
    private static let usual = (fields: 12, bytes: 512)

    init(fieldCapacity: Int = usual.fields, byteCapacity: Int = usual.bytes) {
        self.fieldCapacity = fieldCapacity
        self.byteCapacity = byteCapacity
        unsafe memory = HeadStorage.allocate(fieldCapacity, byteCapacity)
    }

    deinit { unsafe memory.deallocate() }

    private static func allocate(_ fields: Int, _ bytes: Int) -> UnsafeMutableRawPointer {
        .allocate(byteCount: fields &* MemoryLayout<Headers.Field>.stride &+ bytes, alignment: 16)
    }

    private var fieldStart: UnsafeMutablePointer<Headers.Field> {
        unsafe memory.assumingMemoryBound(to: Headers.Field.self)
    }

    private var byteStart: UnsafeMutablePointer<UInt8> {
        unsafe (memory + fieldCapacity &* MemoryLayout<Headers.Field>.stride).assumingMemoryBound(to: UInt8.self)
    }

    /// The block of bytes; valid as long as the storage is held and not changed.
    private var bytes: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: byteStart, count: byteCount) }

    static func range(_ range: Range<Int>, from offset: UInt32 = 0) -> Range<UInt32> {
        offset &+ UInt32(range.lowerBound)..<offset &+ UInt32(range.upperBound)
    }

    // MARK: - Filling

    /// Replaces everything by the fields and the bytes that they point into.
    func fill(_ window: Span<UInt8>, count: Int, fields: [Headers.Field]) {
        // A byte more, for the path of a target that has none.
        let byteNeed = count &+ 1
        if fieldCapacity < fields.count || byteCapacity < byteNeed {
            unsafe memory.deallocate()
            fieldCapacity = max(fieldCapacity, fields.count)
            byteCapacity = max(byteCapacity, byteNeed)
            unsafe memory = HeadStorage.allocate(fieldCapacity, byteCapacity)
        }
        let part = window.extracting(0..<count)
        unsafe part.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { unsafe byteStart.update(from: start, count: count) }
        }
        unsafe fields.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { unsafe fieldStart.update(from: start, count: source.count) }
        }
        byteCount = count
        fieldCount = fields.count
    }

    /// Appends bytes of no field and says where they lie.
    func append(_ text: String) -> Range<UInt32> {
        var text = text
        let start = byteCount
        text.withUTF8 { source in
            reserve(fields: 0, bytes: source.count)
            if let base = source.baseAddress {
                unsafe (byteStart + byteCount).update(from: base, count: source.count)
            }
            byteCount &+= source.count
        }
        return UInt32(start)..<UInt32(byteCount)
    }

    /// Appends a field behind the others.
    func append(_ name: String, _ value: String) {
        let name = append(name)
        let value = append(value)
        append(Headers.Field(name: name, value: value))
    }

    private func append(_ field: Headers.Field) {
        reserve(fields: 1, bytes: 0)
        unsafe (fieldStart + fieldCount).initialize(to: field)
        fieldCount &+= 1
    }

    /// Appends the fields of another storage behind those of this one.
    func append(fieldsOf other: HeadStorage) {
        for index in 0..<other.fieldCount {
            let field = unsafe other.fieldStart[index]
            append(other.string(field.name), other.string(field.value))
        }
    }

    private func reserve(fields: Int, bytes: Int) {
        guard fieldCapacity &- fieldCount < fields || byteCapacity &- byteCount < bytes else { return }
        let (oldFields, oldBytes, oldMemory) = unsafe (fieldStart, byteStart, memory)
        fieldCapacity = max(fieldCapacity * 2, fieldCount + fields, 4)
        byteCapacity = max(byteCapacity * 2, byteCount + bytes, 64)
        unsafe memory = HeadStorage.allocate(fieldCapacity, byteCapacity)
        unsafe fieldStart.update(from: oldFields, count: fieldCount)
        unsafe byteStart.update(from: oldBytes, count: byteCount)
        unsafe oldMemory.deallocate()
    }

    // MARK: - Reading

    func string(_ range: Range<UInt32>) -> String {
        let bytes = unsafe bytes
        return unsafe bytes.span.string(Int(range.lowerBound)..<Int(range.upperBound))
    }

    func copy(_ range: Range<UInt32>) -> [UInt8] {
        let bytes = unsafe bytes
        return unsafe bytes.span.copy(Int(range.lowerBound)..<Int(range.upperBound))
    }

    /// Shows the bytes of a part; they are valid only during the call.
    @inline(__always)
    func withBytes<Result, Failure>(
        _ range: Range<UInt32>,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe bytes
        return try body(unsafe bytes.span.extracting(Int(range.lowerBound)..<Int(range.upperBound)))
    }

    func field(_ index: Int) -> Headers.Field {
        precondition(index < fieldCount)
        return unsafe fieldStart[index]
    }

    /// The one field called `name`, which is in lower case; nil when there is none, or more than one.
    func onlyIndex(ofLowercased name: StaticString) -> Int? {
        let bytes = unsafe bytes
        let span = unsafe bytes.span
        var only: Int?
        for index in 0..<fieldCount {
            let range = unsafe fieldStart[index].name
            guard range.count == name.utf8CodeUnitCount,
                span.matches(Int(range.lowerBound)..<Int(range.upperBound), lowercased: name)
            else { continue }
            guard only == nil else { return nil }
            only = index
        }
        return only
    }

    /// The first field called `name` from `start` on; nil when there is none.
    func index(of name: String, from start: Int = 0) -> Int? {
        if fieldCount == 0 { return nil }
        let bytes = unsafe bytes
        let fields = unsafe UnsafeBufferPointer(start: fieldStart, count: fieldCount)
        var name = name
        return name.withUTF8 { wanted in
            for index in start..<fields.count {
                let field = unsafe fields[index]
                guard field.name.count == wanted.count else { continue }
                var offset = 0
                var place = Int(field.name.lowerBound)
                while offset < wanted.count {
                    let (left, right) = unsafe (bytes[place], wanted[offset])
                    if left != right, CharacterClass.lowercased(left) != CharacterClass.lowercased(right) { break }
                    offset &+= 1
                    place &+= 1
                }
                if offset == wanted.count { return index }
            }
            return nil
        }
    }
}
