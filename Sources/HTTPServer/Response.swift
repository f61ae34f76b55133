public import HTTP

/// One reply. Connection, Content-Length, Date and X-Request-Id are the server's to add.
public struct Response: Sendable {
    /// The status.
    public var status: Status
    /// Header fields in order.
    public var headers: [(String, String)]
    /// The whole body.
    public var body: [UInt8]

    /// Makes a reply.
    public init(status: Status = .ok, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A JSON reply that no cache keeps (contract section 2).
    public static func json(_ body: [UInt8], status: Status = .ok) -> Response {
        Response(
            status: status,
            headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")],
            body: body
        )
    }

    /// A plain-text reply that no cache keeps.
    public static func text(_ text: String, status: Status = .ok) -> Response {
        Response(
            status: status,
            headers: [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")],
            body: Array(text.utf8)
        )
    }

    /// A reply without body.
    public static func empty(_ status: Status) -> Response {
        Response(status: status, headers: [("Cache-Control", "no-store")])
    }
}
