/// The bounds of one HTTP message; each has a reason, and none is "unlimited".
public struct HTTPLimits: Sendable, Equatable {
    /// Bytes of start line and header fields together, blank line included; more is `headersTooLarge`.
    ///
    /// 16 KiB is what common proxies let through (nginx: 4 buffers of 8 KiB), so what reaches us behind one fits.
    public var headBytesMax = 16_384

    /// Header fields of one message; more is `headersTooLarge`.
    ///
    /// Browsers behind two proxies send about 30. Lookup is linear, so the bound also bounds its cost.
    public var headerCountMax = 100

    /// Bytes of a body after removing the chunked coding; more is `bodyTooLarge`.
    ///
    /// The largest body that the public API takes is encrypted user data of a few KiB.
    public var bodyBytesMax = 65_536

    /// Bytes of a body that is read only to be dropped; the rest of a longer one is not waited for, and the connection
    /// ends behind the reply.
    ///
    /// Reading on costs traffic, hanging up costs a connection: up to here a proxy keeps the connection that it shares
    /// among its clients, whatever form or picture one of them posts; beyond it the uploads begin.
    public var discardedBytesMax = 16 * 1024 * 1024

    /// Bytes of all chunk extensions of one message; more is `malformedChunk`.
    ///
    /// Nobody uses extensions, but each chunk may carry one: without a bound a small body could cost any amount of
    /// traffic.
    public var chunkExtensionBytesMax = 1_024

    /// Bytes of all trailer fields of one message; more is `headersTooLarge`. They are checked and dropped.
    public var trailerBytesMax = 4_096

    /// Empty lines that are skipped before a request line (RFC 9112 section 2.2 asks for at least one).
    public var leadingBlankLinesMax = 4

    /// Interim (1xx) replies that are skipped before the final one.
    public var interimRepliesMax = 8

    /// The defaults of the public listener.
    public init() {}
}
