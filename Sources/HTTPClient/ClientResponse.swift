internal import HTTP

/// A whole HTTP reply.
public struct ClientResponse: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The status code of the final reply; 1xx replies are skipped, redirects are not followed.
    public var status: Int
    /// The `Content-Type` field as it came; WeChat's does not tell what the body is, so parse by content.
    public var contentType: String?
    /// The `Date` field as it came, if the request asked for it (``ClientRequest/keepsDate``).
    public var date: String?
    /// The body, decoded from chunks if it was chunked, at most the request's `replyBytesMax`.
    public var body: [UInt8]

    /// Makes a reply.
    public init(status: Int, contentType: String? = nil, date: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.contentType = contentType
        self.date = date
        self.body = body
    }

    /// Makes a reply that outlives the call in which its body is valid.
    public init(_ head: ClientResponseHead, body: Span<UInt8>) {
        self.init(status: head.status, contentType: head.contentType, date: head.date, body: body.array())
    }

    /// Status and size; the body may hold a session key.
    public var description: String { "\(status), \(body.count) bytes" }

    /// Shows no member.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
