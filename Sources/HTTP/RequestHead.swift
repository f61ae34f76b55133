/// Request line and header fields of one request (RFC 9112 sections 3 and 5).
///
/// One reference to the bytes as they came; each text is made when it is asked for.
public struct RequestHead: Sendable {
    private let storage: HeadStorage

    /// A head written by code, a test for instance; nil when the parser would refuse `target` (or `method` with it).
    public init?(method: Method, target: String, version: Version = .http11, headers: Headers = Headers()) {
        let bytes = target.utf8.span
        for index in 0..<bytes.count where !CharacterClass.isTarget(bytes[index]) { return nil }
        guard let parsed = try? RequestTarget(bytes, 0..<bytes.count, method: method.registered) else { return nil }
        storage = HeadStorage()
        let methodRange = storage.append(method.rawValue)
        let targetRange = storage.append(target)
        let root = storage.append("/")
        let offset = targetRange.lowerBound
        storage.line = HeadStorage.Line(
            method: methodRange,
            registered: method.registered,
            target: targetRange,
            path: parsed.path.map { HeadStorage.range($0, from: offset) } ?? root,
            query: parsed.query.map { HeadStorage.range($0, from: offset) },
            version: version
        )
        headers.forEach { storage.append($0, $1) }
    }

    init(_ storage: HeadStorage) {
        self.storage = storage
    }

    /// The method; `CONNECT` never comes out of the parser.
    public var method: Method {
        let line = storage.line
        return Method(line.registered, rawValue: storage.string(line.method))
    }

    /// The request target as sent: visible ASCII, origin-form, absolute-form, or `*` with OPTIONS.
    public var target: String { storage.string(storage.line.target) }

    /// The path of the target, still percent-encoded; `/` when an absolute-form has none, `*` for the asterisk-form.
    public var path: String { storage.string(storage.line.path) }

    /// What follows the first `?`, still percent-encoded; nil without a `?`.
    public var query: String? { storage.line.query.map { storage.string($0) } }

    /// The version of the message.
    public var version: Version { storage.line.version }

    /// The header fields.
    public var headers: Headers { Headers(storage) }

    /// Shows the bytes of ``path``, during the call.
    public func withPathBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        storage.withBytes(storage.line.path, body)
    }

    /// Whether ``method`` is a registered one, by its ``Method/index``; 0 when it is not.
    public var methodIndex: Int { Int(storage.line.registered.rawValue) }
}

/// One whole request.
public struct ParsedRequest: Sendable {
    /// Request line and header fields.
    public let head: RequestHead
    /// The body without the chunked coding; trailers are dropped. Empty when it was discarded.
    public let body: [UInt8]
    /// Whether the connection may serve another request (RFC 9112 section 9.3): by version and Connection field, and
    /// not when the body was cut.
    public let keepAlive: Bool
    /// The end of the discarded body was not waited for: nothing more can be read from the connection.
    public let isBodyCut: Bool
}
