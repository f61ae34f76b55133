/// Limits and trust of one ``UpstreamClient``.
public struct ClientConfiguration: Sendable {
    /// A PEM file of the certificate authorities to trust, instead of the system's. Verification cannot be turned off.
    public var caFile: String?
    /// How many unused connections are kept open; more may be in use. At least 1.
    public var keptConnectionsMax = 64
    /// How many requests are under way at once, each on its own connection. At least 1.
    public var inflightMax = 1024
    /// How many more requests wait for their turn before ``ClientError/Code/overloaded``.
    public var waitingMax = 1024
    /// Seconds after which an unused connection is not used again: less than servers and middle boxes commonly allow
    /// (nginx 75, WeChat's front unknown), since a request sent into a closing connection is lost for good.
    public var keptSecondsMax = 45
    /// The header bytes accepted before a reply is refused, including those of 1xx replies.
    public var replyHeadBytesMax = 65_536
    /// The `User-Agent` field; nil leaves it out.
    public var userAgent: String?

    /// Makes a configuration with the defaults.
    public init() {}
}
