public import HTTP

/// Address, limits and timeouts of one listener. The defaults are those of the public listener.
public struct ServerConfiguration: Sendable {
    /// A numeric IPv4 or IPv6 address.
    public var host = "127.0.0.1"
    /// 0 for any free port.
    public var port: UInt16 = 0
    /// Connections that the kernel keeps until a loop accepts them; a burst of reconnects after a restart fits in.
    public var backlog: Int32 = 4096
    /// Limits of heads and bodies.
    public var limits = HTTPLimits()
    /// Milliseconds from the first byte of a request to the end of its head; a total, so that dripping does not help.
    public var headTimeoutMilliseconds: UInt64 = 10_000
    /// Milliseconds from the end of the head to the end of the body; a total.
    public var bodyTimeoutMilliseconds: UInt64 = 10_000
    /// Milliseconds that a connection may wait for its next request.
    public var idleTimeoutMilliseconds: UInt64 = 75_000
    /// Milliseconds in which a peer must take a reply; longer means that it does not read.
    public var writeTimeoutMilliseconds: UInt64 = 30_000
    /// Milliseconds for which the rest of a refused request is read and dropped, so that the reply is not lost to a
    /// reset (RFC 9112 section 9.6).
    public var lingerMilliseconds: UInt64 = 1_000
    /// Bytes of pipelined requests that wait while one is served; more stay in the kernel, which slows the peer down.
    public var pipelinedBytesMax = 65_536

    /// The defaults.
    public init() {}
}
