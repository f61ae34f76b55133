/// Scans status line and fields of a reply.
struct ResponseHeadScanner: HeadScanner {
    static var tooLarge: ResponseParseError { .headersTooLarge }

    private(set) var status = Status.ok
    /// Set when the head is complete.
    private(set) var headers: Headers?
    private var line = StatusLineScanner()
    private var fields = FieldScanner(from: 0)
    private var isLineDone = false

    init() {}

    var position: Int { isLineDone ? fields.position : line.position }

    var framing: FramingFields { fields.framing }

    var version: Version { line.version }

    mutating func scan(_ window: Span<UInt8>, limits: HTTPLimits) throws(ResponseParseError) -> Bool {
        if !isLineDone {
            guard try line.advance(window) else { return false }
            status = Status(code: line.code, reason: window.string(line.reason))
            fields = FieldScanner(from: line.position)
            isLineDone = true
        }
        do throws(MessageFault) {
            guard try fields.advance(window, countMax: limits.headerCountMax) else { return false }
        } catch {
            throw ResponseParseError(error)
        }
        // RFC 9112 section 6.1: Transfer-Encoding in a 1.0 message means faulty framing.
        guard !framing.isChunked || line.version == .http11 else { throw .unsupportedTransferCoding }
        headers = Headers(window: window, count: fields.position, fields: fields.fields)
        return true
    }
}
