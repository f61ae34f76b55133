/// One HTTP request: a GET without a body, a POST with one.
public struct ClientRequest: Sendable, CustomStringConvertible, CustomReflectable {
    /// Where to; percent-encoded already.
    public var url: SecretURL
    /// Further header fields, in order. `Host`, `Content-Length`, `Transfer-Encoding`, `Connection` and `Expect` belong
    /// to the client and are refused.
    public var headers: [(name: String, value: String)]
    /// The body of a POST, sent with `Content-Length` and never chunked: WeChat answers 412 to chunked bodies. Nil makes
    /// the request a GET.
    public var body: [UInt8]?
    /// Milliseconds for everything: waiting for its turn, resolving, connecting, sending and the whole reply.
    public var timeoutMilliseconds: UInt64
    /// Milliseconds for resolving, connecting and TLS, within the total; at least 1.
    public var connectTimeoutMilliseconds: UInt64
    /// The largest reply body accepted, in bytes; at least 1.
    public var replyBytesMax: Int
    /// Whether the reply is to tell its `Date` field; few care, and nobody else pays for the text.
    public var keepsDate = false

    /// Makes a request with timeouts fit for an API that a person waits for.
    public init(
        url: SecretURL,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        timeoutMilliseconds: UInt64 = 3000,
        connectTimeoutMilliseconds: UInt64 = 1500,
        replyBytesMax: Int = 65_536
    ) {
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutMilliseconds = timeoutMilliseconds
        self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        self.replyBytesMax = replyBytesMax
    }

    /// Method and body size; headers, body and URL may hold secrets.
    public var description: String {
        body.map { "POST \(url), \($0.count) bytes" } ?? "GET \(url)"
    }

    /// Shows no member.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// Whether it can be sent as it is: nothing in it breaks the framing of HTTP/1.1 (RFC 9112 section 11.2).
    var isWellFormed: Bool {
        url.hasOnlyURLCharacters && replyBytesMax > 0 && connectTimeoutMilliseconds > 0
            && headers.allSatisfy { HeaderLine.isAllowed(name: $0.name, value: $0.value) }
    }
}
