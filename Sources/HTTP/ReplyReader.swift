/// Reads the replies of one connection where they lie, as `ResponseParser` without the header fields.
///
/// A class with the parser in memory of its own: nobody who owns one copies it, and the exclusive access to it is not
/// checked at run time, each time. None can overlap, since the parser calls nobody. Of one thread.
@safe public final class ReplyReader {
    private let parser: UnsafeMutablePointer<ResponseParser>

    /// A reader that expects no reply yet.
    public init(limits: HTTPLimits) {
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: ResponseParser(limits: limits, keepsHeaders: false))
    }

    deinit {
        unsafe parser.deinitialize(count: 1)
        unsafe parser.deallocate()
    }

    /// A request is on its way, GET or POST, whose reply has a bound of its own.
    ///
    /// - Parameter keepsDate: whether the reply tells its Date.
    public func expectReply(bodyBytesMax: Int, keepsDate: Bool) {
        unsafe parser.pointee.expectReply(bodyBytesMax: bodyBytesMax, keepsDate: keepsDate)
    }

    /// As `ResponseParser.advance`.
    public func advance(_ bytes: Span<UInt8>) -> ResponseParser.Progress { unsafe parser.pointee.advance(bytes) }

    /// As `ResponseParser.finish`.
    public func finish() -> ResponseParser.Event { unsafe parser.pointee.finish() }

    // MARK: - The complete reply, until the next one is expected

    /// The status code.
    public var statusCode: Int { Int(unsafe parser.pointee.statusCode) }

    /// The value of Content-Type.
    public var contentType: String? { unsafe parser.pointee.contentType }

    /// The value of Date, if it was asked for.
    public var date: String? { unsafe parser.pointee.date }

    /// Whether the connection may carry another request (RFC 9112 section 9.3).
    public var keepAlive: Bool { unsafe parser.pointee.keepAlive }
}
