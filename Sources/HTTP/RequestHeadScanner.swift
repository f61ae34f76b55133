/// Scans request line and fields, and checks what only they together can tell.
struct RequestHeadScanner: HeadScanner {
    static var tooLarge: RequestParseError { .headersTooLarge }

    private var head: RequestHead?
    /// Of the head before: filled again when nobody else holds it any more.
    private var storage: HeadStorage?
    private var line = RequestLineScanner()
    private var fields = FieldScanner(from: 0)
    private var method = Method.Registered.get
    private var isLineDone = false
    /// Set while the fields are scanned.
    private var target: RequestTarget?

    init() {}

    var position: Int { isLineDone ? fields.position : line.position }

    var framing: FramingFields { fields.framing }

    /// Whether the client waits for `100 Continue`; a 1.0 client that says so is ignored (RFC 9110 section 10.1.1).
    var expectsContinue: Bool { fields.framing.expectsContinue && line.version == .http11 }

    /// Hands the complete head out, once: its parts move instead of being counted.
    mutating func takeHead() -> RequestHead? {
        let taken = head
        head = nil
        return taken
    }

    /// Makes ready for the next head; the memory stays.
    mutating func restart() {
        head = nil
        target = nil
        isLineDone = false
        line = RequestLineScanner()
    }

    mutating func scan(_ window: Span<UInt8>, limits: HTTPLimits) throws(RequestParseError) -> Bool {
        if !isLineDone {
            guard try line.advance(window) else { return false }
            method = Method.Registered(window.extracting(line.method))
            // What follows a CONNECT is a tunnel (RFC 9110 section 9.3.6); we are no proxy.
            guard method != .connect else { throw .unsupportedMethod }
            target = try RequestTarget(window, line.target, method: method)
            fields.restart(from: line.position)
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
        guard let target else { preconditionFailure("fields come behind the request line") }
        let storage = freeStorage()
        storage.fill(window, count: fields.position, fields: fields.fields)
        storage.line = HeadStorage.Line(
            method: HeadStorage.range(line.method),
            registered: method,
            target: HeadStorage.range(line.target),
            path: target.path.map { HeadStorage.range($0) } ?? storage.append("/"),
            query: target.query.map { HeadStorage.range($0) },
            version: line.version
        )
        head = RequestHead(storage)
    }

    private mutating func freeStorage() -> HeadStorage {
        // In this order: a copy of the reference would be a second one.
        if isKnownUniquelyReferenced(&self.storage), let storage { return storage }
        let new = HeadStorage()
        storage = new
        return new
    }
}
