/// Scans status line and fields of a reply.
struct ResponseHeadScanner: HeadScanner {
    static var tooLarge: ResponseParseError { .headersTooLarge }

    private(set) var status = Status.ok
    /// Of a complete head; empty unless they are kept.
    private(set) var headers = Headers()
    /// The value of Date in a complete head whose fields are not kept, if it matters.
    private(set) var date: String?
    private var line = StatusLineScanner()
    private var fields: FieldScanner
    private var isLineDone = false
    private let keepsFields: Bool
    /// Whether `date` matters.
    var keepsDate = false
    /// The text of the last Content-Type, since the replies of one server seldom differ in it.
    private var knownType: String?
    private var hasType = false

    init(keepsFields: Bool = true) {
        self.keepsFields = keepsFields
        fields = FieldScanner(from: 0, keepsFields: keepsFields)
    }

    /// The value of Content-Type in a complete head whose fields are not kept.
    var contentType: String? { hasType ? knownType : nil }

    /// Begins with the head behind this one.
    mutating func restart() {
        line = StatusLineScanner()
        isLineDone = false
        hasType = false
        if keepsFields { headers = Headers() }
        date = nil
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
            fields.restart(from: line.position)
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
            describe(window)
        }
        return true
    }

    private mutating func describe(_ window: Span<UInt8>) {
        if keepsDate { date = fields.date.map { window.string($0) } }
        if let range = fields.contentType {
            hasType = true
            if let knownType, window.extracting(range).isEqual(to: knownType.utf8.span) { return }
            knownType = window.string(range)
        }
    }
}
