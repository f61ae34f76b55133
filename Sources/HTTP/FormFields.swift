/// Why form or query fields cannot be read; names the field, never shows a value.
public enum FormError: Error, Equatable, Sendable {
    /// A `%` without two hexadecimal digits; `field` is the decoded name, or `#3` when that is the broken or
    /// over-long part.
    case invalidPercentEncoding(field: String)
    /// The decoded bytes are not UTF-8.
    case invalidUTF8(field: String)
    /// More fields than allowed.
    case tooManyFields(limit: Int)

    /// One line for people.
    public var detail: String {
        switch self {
        case .invalidPercentEncoding(let field): "field \(field): invalid percent-encoding"
        case .invalidUTF8(let field): "field \(field): invalid UTF-8"
        case .tooManyFields(let limit): "more than \(limit) fields"
        }
    }
}

/// The fields of an `application/x-www-form-urlencoded` body or of a query, decoded, in order (WHATWG URL section 5.1).
///
/// Stricter than WHATWG: a broken escape or text that is not UTF-8 is an error, so no two readers see two values.
public struct FormFields: Sendable {
    /// A decoded field.
    public struct Field: Sendable, Equatable {
        /// The decoded name; may be empty.
        public let name: String
        /// The decoded value; empty without a `=`.
        public let value: String
    }

    /// All fields, in order.
    public let fields: [Field]

    /// Decodes a form body; `+` is a space, empty parts between `&` are skipped.
    public init(body: [UInt8], fieldsMax: Int = 64) throws(FormError) {
        try self.init(body.span, fieldsMax: fieldsMax)
    }

    /// Decodes a raw query (`RequestHead.query`); nil is a query without fields.
    public init(query: String?, fieldsMax: Int = 64) throws(FormError) {
        try self.init((query ?? "").utf8.span, fieldsMax: fieldsMax)
    }

    /// The value of the first field called `name`, case-sensitively.
    public func first(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }

    /// The values of all fields called `name`, in order.
    public func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    private init(_ bytes: Span<UInt8>, fieldsMax: Int) throws(FormError) {
        var fields: [Field] = []
        var start = 0
        while start < bytes.count {
            var end = start
            var equals: Int?
            while end < bytes.count, bytes[end] != UInt8(ascii: "&") {
                if equals == nil, bytes[end] == UInt8(ascii: "=") { equals = end }
                end += 1
            }
            if end > start {
                guard fields.count < fieldsMax else { throw .tooManyFields(limit: fieldsMax) }
                let ordinal = "#\(fields.count + 1)"
                let name = try FormFields.decode(bytes, start..<(equals ?? end), field: ordinal)
                let label = name.isEmpty || name.utf8.count > 64 ? ordinal : name
                let value = try equals.map { equals throws(FormError) in
                    try FormFields.decode(bytes, equals + 1..<end, field: label)
                }
                fields.append(Field(name: name, value: value ?? ""))
            }
            start = end + 1
        }
        self.fields = fields
    }

    private static func decode(_ bytes: Span<UInt8>, _ range: Range<Int>, field: String) throws(FormError) -> String {
        guard let decoded = PercentEncoding.decode(bytes, range, plusAsSpace: true) else {
            throw .invalidPercentEncoding(field: field)
        }
        guard let text = String(validating: decoded, as: UTF8.self) else { throw .invalidUTF8(field: field) }
        return text
    }
}
