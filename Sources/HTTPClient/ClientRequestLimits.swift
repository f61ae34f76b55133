/// What a request may take.
public struct ClientRequestLimits: Sendable {
    /// Milliseconds for everything: waiting for its turn, resolving, connecting, sending and the whole reply.
    public var timeoutMilliseconds: UInt64
    /// Milliseconds for resolving, connecting and TLS, within the total; at least 1.
    public var connectTimeoutMilliseconds: UInt64
    /// The largest reply body accepted, in bytes; at least 1.
    public var replyBytesMax: Int

    /// Puts the three together.
    public init(timeoutMilliseconds: UInt64, connectTimeoutMilliseconds: UInt64, replyBytesMax: Int) {
        self.timeoutMilliseconds = timeoutMilliseconds
        self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        self.replyBytesMax = replyBytesMax
    }

    var isWellFormed: Bool { replyBytesMax > 0 && connectTimeoutMilliseconds > 0 }
}
