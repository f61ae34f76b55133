/// Scans request line and fields, and checks what only they together can tell.
struct RequestHeadScanner: HeadScanner {
    static var tooLarge: RequestParseError { .headersTooLarge }

    private var head: RequestHead?
    private var line = RequestLineScanner()
    private var fields = FieldScanner(from: 0)
    private var method = Method.get
    private var isLineDone = false
    /// Set while the fields are scanned.
    private var target: RequestTarget?

    init() {}

    var position: Int { isLineDone ? fields.position : line.position }

    var framing: FramingFields { fields.framing }

    /// Whether the client waits for `100 Continue`; a 1.0 client that says so is ignored (RFC 9110 section 10.1.1).
    var expectsContinue: Bool { fields.framing.expectsContinue && line.version == .http11 }

    /// Hands the complete head out, once: its parts move instead of being counted.
    mutating func takeHead() -> RequestHead? { head.take() }

    mutating func scan(_ window: Span<UInt8>, limits: HTTPLimits) throws(RequestParseError) -> Bool {
        if !isLineDone {
            guard try line.advance(window) else { return false }
            method = Method(token: window.string(line.method))
            // What follows a CONNECT is a tunnel (RFC 9110 section 9.3.6); we are no proxy.
            guard method.rawValue != "CONNECT" else { throw .unsupportedMethod }
            target = try RequestTarget(window, line.target, method: method)
            fields = FieldScanner(from: line.position)
            isLineDone = true
        }
        do throws(MessageFault) {
            guard try fields.advance(window, countMax: limits.headerCountMax) else { return false }
        } catch {
            throw RequestParseError(error)
        }
        try finish(window)
        return true
    }

    private mutating func finish(_ window: Span<UInt8>) throws(RequestParseError) {
        let framing = fields.framing
        // RFC 9112 section 3.2: exactly one Host with HTTP/1.1, and a valid one.
        guard framing.hostCount > 0 || line.version == .http10 else { throw .missingHost }
        guard framing.hostCount <= 1, Authority.isValid(window, framing.host) else { throw .invalidHost }
        // RFC 9112 section 6.1: Transfer-Encoding in a 1.0 message means faulty framing.
        guard !framing.isChunked || line.version == .http11 else { throw .unsupportedTransferCoding }
        guard let target = target.take() else { preconditionFailure("fields come behind the request line") }
        head = RequestHead(
            method: method,
            target: target,
            version: line.version,
            headers: Headers(block: window.copy(0..<fields.position), fields: fields.fields)
        )
    }
}
