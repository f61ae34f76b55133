/// Scans status line and fields of a reply.
struct ResponseHeadScanner: HeadScanner {
    static var tooLarge: ResponseParseError { .headersTooLarge }

    private(set) var status = Status.ok
    /// Set when the head is complete; empty unless they are kept.
    private(set) var headers: Headers?
    /// The value of Content-Type in a complete head whose fields are not kept.
    private(set) var contentType: String?
    /// The value of Date in a complete head whose fields are not kept, if it matters.
    private(set) var date: String?
    private var line = StatusLineScanner()
    private var fields = FieldScanner(from: 0)
    private var isLineDone = false
    private let keepsFields: Bool
    /// Whether `date` matters.
    var keepsDate: Bool
    /// The text of an earlier Content-Type, since the replies of one server seldom differ in it.
    private var knownType: String?

    init(keepsFields: Bool = true, keepsDate: Bool = false, knownType: String? = nil) {
        self.keepsFields = keepsFields
        self.keepsDate = keepsDate
        self.knownType = knownType
    }

    /// A scanner for the head behind this one.
    func next() -> ResponseHeadScanner {
        ResponseHeadScanner(keepsFields: keepsFields, keepsDate: keepsDate, knownType: contentType ?? knownType)
    }

    var position: Int { isLineDone ? fields.position : line.position }

    var framing: FramingFields { fields.framing }

    var version: Version { line.version }

    mutating func scan(_ window: Span<UInt8>, limits: HTTPLimits) throws(ResponseParseError) -> Bool {
        if !isLineDone {
            guard try line.advance(window) else { return false }
            // Without the fields nobody asks for the server's own words either.
            let reason = keepsFields ? window.string(line.reason) : ""
            status = Status(code: line.code, reason: reason)
            fields = FieldScanner(from: line.position, keepsFields: keepsFields)
            isLineDone = true
        }
        do throws(MessageFault) {
            guard try fields.advance(window, countMax: limits.headerCountMax) else { return false }
        } catch {
            throw ResponseParseError(error)
        }
        // RFC 9112 section 6.1: Transfer-Encoding in a 1.0 message means faulty framing.
        guard !framing.isChunked || line.version == .http11 else { throw .unsupportedTransferCoding }
        if keepsFields {
            headers = Headers(window: window, count: fields.position, fields: fields.fields)
        } else {
            headers = Headers()
            describe(window)
        }
        return true
    }

    private mutating func describe(_ window: Span<UInt8>) {
        if let range = fields.contentType {
            if let knownType, window.equals(range, knownType) {
                contentType = knownType
            } else {
                contentType = window.string(range)
            }
        }
        if keepsDate { date = fields.date.map { window.string($0) } }
    }
}
