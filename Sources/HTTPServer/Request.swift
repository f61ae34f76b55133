public import HTTP
public import UV

/// One request with everything that a handler may know about it.
public struct Request: Sendable {
    /// Request line and header fields.
    public let head: RequestHead
    /// The whole body, empty when there is none.
    public let body: [UInt8]
    /// The other end of the connection, which may be a proxy.
    public let peer: PeerAddress
    let requestID: RequestID

    /// Puts a request together; handlers get theirs from the server, tests make their own.
    public init(head: RequestHead, body: [UInt8], peer: PeerAddress, id: String) {
        self.init(head: head, body: body, peer: peer, requestID: RequestID(given: id))
    }

    init(head: RequestHead, body: [UInt8], peer: PeerAddress, requestID: RequestID) {
        self.head = head
        self.body = body
        self.peer = peer
        self.requestID = requestID
    }

    /// The request id: the client's own when it is well-formed, else a new one (contract section 2).
    public var id: String { requestID.text }

    /// The method.
    public var method: Method { head.method }
    /// The path as sent: percent-encoding is kept and nothing is normalised.
    public var path: String { head.path }
    /// The query as sent, without the question mark.
    public var query: String? { head.query }
    /// The header fields.
    public var headers: Headers { head.headers }
}
