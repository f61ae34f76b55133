/// What a reply says beside its body.
public struct ClientResponseHead: Equatable, Sendable {
    /// The status code of the final reply; 1xx replies are skipped, redirects are not followed.
    public let status: Int
    /// The `Content-Type` field as it came.
    public let contentType: String?
    /// The `Date` field as it came, if the request asked for it (``ClientRequest/keepsDate``).
    public let date: String?

    /// Puts them together.
    public init(status: Int, contentType: String? = nil, date: String? = nil) {
        self.status = status
        self.contentType = contentType
        self.date = date
    }
}
