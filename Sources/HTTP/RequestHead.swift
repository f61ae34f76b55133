/// Request line and header fields of one request (RFC 9112 sections 3 and 5).
public struct RequestHead: Sendable {
    /// The method; `CONNECT` never comes out of the parser.
    public let method: Method
    /// The request target as sent: visible ASCII, origin-form, absolute-form, or `*` with OPTIONS.
    public let target: String
    /// The path of the target, still percent-encoded; `/` when an absolute-form has none, `*` for the asterisk-form.
    public let path: String
    /// What follows the first `?`, still percent-encoded; nil without a `?`.
    public let query: String?
    /// The version of the message.
    public let version: Version
    /// The header fields.
    public let headers: Headers

    /// A head written by code, a test for instance; nil when the parser would refuse `target` (or `method` with it).
    public init?(method: Method, target: String, version: Version = .http11, headers: Headers = Headers()) {
        let bytes = target.utf8.span
        for index in 0..<bytes.count where !CharacterClass.isTarget(bytes[index]) { return nil }
        guard let parsed = try? RequestTarget(bytes, 0..<bytes.count, method: method) else { return nil }
        self.init(method: method, target: parsed, version: version, headers: headers)
    }

    init(method: Method, target: RequestTarget, version: Version, headers: Headers) {
        self.method = method
        self.target = target.target
        self.path = target.path
        self.query = target.query
        self.version = version
        self.headers = headers
    }
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
