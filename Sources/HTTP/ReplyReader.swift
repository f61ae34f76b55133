/// Reads the replies of one connection where they lie, as `ResponseParser` without the header fields.
///
/// A class, so that whoever owns it neither copies a parser nor checks the exclusive access to one. Of one thread.
public final class ReplyReader {
    private var parser: ResponseParser

    /// A reader that expects no reply yet.
    public init(limits: HTTPLimits) {
        parser = ResponseParser(limits: limits, keepsHeaders: false)
    }

    /// A request is on its way, GET or POST, whose reply has a bound of its own.
    ///
    /// - Parameter keepsDate: whether the reply tells its Date.
    public func expectReply(bodyBytesMax: Int, keepsDate: Bool) {
        parser.expectReply(bodyBytesMax: bodyBytesMax, keepsDate: keepsDate)
    }

    /// As `ResponseParser.advance`.
    public func advance(_ bytes: Span<UInt8>) -> ResponseParser.Progress { parser.advance(bytes) }

    /// As `ResponseParser.finish`.
    public func finish() -> ResponseParser.Event { parser.finish() }

    // MARK: - The complete reply, until the next one is expected

    /// The status code.
    public var statusCode: Int { Int(parser.statusCode) }

    /// The value of Content-Type.
    public var contentType: String? { parser.contentType }

    /// The value of Date, if it was asked for.
    public var date: String? { parser.date }

    /// Whether the connection may carry another request (RFC 9112 section 9.3).
    public var keepAlive: Bool { parser.keepAlive }
}
