/// Who sends a request of an ``UpstreamClient`` and is told what became of it: one of the two, once. On the loop.
public protocol UpstreamCaller: AnyObject {
    /// The whole reply is there.
    ///
    /// - Parameter body: decoded from chunks, at most the request's `replyBytesMax`; valid only during the call.
    func replied(_ head: ClientResponseHead, body: Span<UInt8>)

    /// There will be no reply.
    func failed(_ error: ClientError)
}
