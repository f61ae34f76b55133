/// One whole reply.
public struct ParsedResponse: Sendable {
    /// The status with the reason phrase as sent, which is empty when the header fields are not kept.
    public let status: Status
    /// The version of the message.
    public let version: Version
    /// The header fields; empty when they are not kept.
    public let headers: Headers
    /// The value of Content-Type, when the header fields are not kept.
    public let contentType: String?
    /// The value of Date, when the header fields are not kept and it was asked for.
    public let date: String?
    /// The body without the chunked coding; trailers are dropped.
    public let body: [UInt8]
    /// Whether the connection may carry another request (RFC 9112 section 9.3).
    public let keepAlive: Bool
}

/// Reads the replies of one connection out of whatever pieces their bytes arrive in (RFC 9112).
///
/// A value without I/O or clock; whoever owns the connection owns it. Say `expectReply(to:)` for each request, since
/// the reply's end depends on the method. As strict as `RequestParser`.
public struct ResponseParser: Sendable {
    /// What a call of `parse` or `finish` came to.
    public enum Event: Sendable {
        /// Everything is consumed and the reply is not complete.
        case needMore
        /// One final reply; bytes behind it are not consumed.
        case response(ParsedResponse)
        /// Not HTTP, cut short or over a limit; stays so for good.
        case failed(ResponseParseError)
    }

    private enum Stage: Equatable {
        case idle, head, body
    }

    private var limits: HTTPLimits
    private let keepsHeaders: Bool
    private var stage = Stage.idle
    private var isHead = false
    private var sawBytes = false
    /// Bytes that the interim replies have left of `headBytesMax`: it bounds all heads before one body together.
    private var headLimits: HTTPLimits
    private var interimReplies = 0
    private var headBuffer = HeadBuffer()
    private var scanner: ResponseHeadScanner
    private var body: BodyDecoder?
    private var failure: ResponseParseError?

    /// A parser that expects no reply yet.
    ///
    /// - Parameter keepsHeaders: false for who asks for nothing but Content-Type and Date: all fields are checked, and
    /// none is built.
    public init(limits: HTTPLimits = HTTPLimits(), keepsHeaders: Bool = true) {
        self.limits = limits
        self.keepsHeaders = keepsHeaders
        headLimits = limits
        scanner = ResponseHeadScanner(keepsFields: keepsHeaders)
    }

    /// Whether nothing is expected: the connection may be kept or used for the next request.
    public var isIdle: Bool { stage == .idle && failure == nil }

    /// A request with `method` is on its way. Traps when the reply to the one before is not read yet.
    public mutating func expectReply(to method: Method) {
        expectReply(isHead: method == .head)
    }

    /// A request is on its way, GET or POST, whose reply has a bound of its own.
    ///
    /// - Parameter keepsDate: whether the reply tells its Date when the fields are not kept.
    public mutating func expectReply(bodyBytesMax: Int, keepsDate: Bool) {
        limits.bodyBytesMax = bodyBytesMax
        expectReply(isHead: false)
        scanner.keepsDate = keepsDate
    }

    private mutating func expectReply(isHead: Bool) {
        precondition(stage == .idle, "one request at a time")
        self.isHead = isHead
        stage = .head
        sawBytes = false
        interimReplies = 0
        headLimits.headBytesMax = limits.headBytesMax
    }

    /// Consumes a prefix of `bytes` and stops behind at most one reply; call again with the rest.
    ///
    /// Keeps no reference to `bytes`. After a failure everything is consumed and the same failure comes again.
    public mutating func parse(_ bytes: Span<UInt8>) -> (consumed: Int, event: Event) {
        var index = 0
        do throws(ResponseParseError) {
            let event = try advance(bytes, &index)
            return (index, event)
        } catch {
            return (bytes.count, fail(error))
        }
    }

    /// As `parse` of a span, for the buffer of a read callback.
    public mutating func parse(_ bytes: UnsafeRawBufferPointer) -> (consumed: Int, event: Event) {
        unsafe parse(bytes.assumingMemoryBound(to: UInt8.self).span)
    }

    /// The connection ended: completes a body that ends with it, is a failure otherwise, and `needMore` when nothing
    /// was expected.
    public mutating func finish() -> Event {
        if let failure { return .failed(failure) }
        guard stage != .idle else { return .needMore }
        guard sawBytes else { return fail(.noReply) }
        guard body?.endsWithConnection == true else { return fail(.incompleteReply) }
        return finishReply(keepAlive: false)
    }

    private mutating func advance(_ bytes: Span<UInt8>, _ index: inout Int) throws(ResponseParseError) -> Event {
        if let failure { throw failure }
        guard bytes.count > 0 else { return .needMore }
        guard stage != .idle else { throw .unexpectedReply }
        sawBytes = true
        while stage == .head {
            guard try headBuffer.advance(&scanner, bytes, &index, limits: headLimits) else { return .needMore }
            if scanner.status.isInformational {
                try skipInterimReply()
                continue
            }
            body = try makeBody()
            guard body != nil else { return finishReply(keepAlive: scanner.framing.keepAlive(scanner.version)) }
            stage = .body
        }
        do throws(MessageFault) {
            guard try body?.advance(bytes, &index, limits: limits) == true else { return .needMore }
        } catch {
            throw ResponseParseError(error)
        }
        return finishReply(keepAlive: scanner.framing.keepAlive(scanner.version))
    }

    /// RFC 9110 section 15.2: a client parses 1xx replies even if it expects none.
    private mutating func skipInterimReply() throws(ResponseParseError) {
        guard interimReplies < limits.interimRepliesMax, scanner.status.code != 101 else {
            throw .unexpectedInterimReply
        }
        interimReplies &+= 1
        headLimits.headBytesMax &-= scanner.position
        scanner = scanner.next()
    }

    /// RFC 9112 section 6.3, in its order. Nil when no body follows.
    private func makeBody() throws(ResponseParseError) -> BodyDecoder? {
        if isHead || scanner.status.forbidsBody { return nil }
        if scanner.framing.isChunked { return .chunked() }
        guard let length = scanner.framing.contentLength else { return .untilClose }
        guard length > 0 else { return nil }
        do throws(MessageFault) {
            return try BodyDecoder(length: length, limits: limits)
        } catch {
            throw ResponseParseError(error)
        }
    }

    private mutating func finishReply(keepAlive: Bool) -> Event {
        guard let headers = scanner.headers else { preconditionFailure("a reply is finished behind its head") }
        let reply = ParsedResponse(
            status: scanner.status,
            version: scanner.version,
            headers: headers,
            contentType: scanner.contentType,
            date: scanner.date,
            body: body?.takeBody() ?? [],
            keepAlive: keepAlive
        )
        body = nil
        scanner = scanner.next()
        stage = .idle
        return .response(reply)
    }

    private mutating func fail(_ error: ResponseParseError) -> Event {
        failure = error
        headBuffer.clear()
        body = nil
        return .failed(error)
    }
}
