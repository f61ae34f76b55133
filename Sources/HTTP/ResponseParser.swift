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

    /// What a call of `advance` came to, for who looks at the reply where it lies.
    public enum Progress: Sendable {
        /// Everything is consumed and the reply is not complete.
        case needMore
        /// The final reply, which `statusCode` and the other members tell of; bytes from `end` on are not consumed.
        case complete(Body, end: Int)
        /// As `Event.failed`.
        case failed(ResponseParseError)
    }

    /// The body of a complete reply, without the chunked coding.
    public enum Body: Sendable {
        /// It lies in the bytes of the call in one piece.
        case inPlace(Range<Int>)
        case collected([UInt8])
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
        scanner.restart()
    }

    // MARK: - The complete reply, until the next one is expected

    /// The status code.
    public var statusCode: UInt16 { scanner.status.code }

    /// The value of Content-Type, when the header fields are not kept.
    public var contentType: String? { scanner.contentType }

    /// The value of Date, when the header fields are not kept and it was asked for.
    public var date: String? { scanner.date }

    /// Whether the connection may carry another request (RFC 9112 section 9.3).
    public var keepAlive: Bool { scanner.framing.keepAlive(scanner.version) }

    // MARK: - Bytes

    /// Consumes a prefix of `bytes` and stops behind at most one reply; call again with the rest.
    ///
    /// Keeps no reference to `bytes`. After a failure everything is consumed and the same failure comes again.
    public mutating func parse(_ bytes: Span<UInt8>) -> (consumed: Int, event: Event) {
        switch advance(bytes) {
        case .needMore: (bytes.count, .needMore)
        case .complete(.inPlace(let body), let end): (end, .response(reply(body: bytes.copy(body))))
        case .complete(.collected(let body), let end): (end, .response(reply(body: body)))
        case .failed(let error): (bytes.count, .failed(error))
        }
    }

    /// As `parse`, but builds nothing of the reply.
    public mutating func advance(_ bytes: Span<UInt8>) -> Progress {
        do throws(ResponseParseError) {
            var index = 0
            guard let body = try advance(bytes, &index) else { return .needMore }
            stage = .idle
            return .complete(body, end: index)
        } catch {
            return .failed(fail(error))
        }
    }

    /// The connection ended: completes a body that ends with it, is a failure otherwise, and `needMore` when nothing
    /// was expected.
    public mutating func finish() -> Event {
        if let failure { return .failed(failure) }
        guard stage != .idle else { return .needMore }
        guard sawBytes else { return .failed(fail(.noReply)) }
        guard body?.endsWithConnection == true else { return .failed(fail(.incompleteReply)) }
        stage = .idle
        return .response(reply(body: takeBody(), keepAlive: false))
    }

    /// Nil when more is needed, of which there is nothing left then.
    private mutating func advance(_ bytes: Span<UInt8>, _ index: inout Int) throws(ResponseParseError) -> Body? {
        if let failure { throw failure }
        guard bytes.count > 0 else { return nil }
        guard stage != .idle else { throw .unexpectedReply }
        sawBytes = true
        while stage == .head {
            guard try headBuffer.advance(&scanner, bytes, &index, limits: headLimits) else { return nil }
            if scanner.status.isInformational {
                try skipInterimReply()
                continue
            }
            let length = try announcedLength()
            if let length, length <= UInt64(bytes.count &- index) {
                let start = index
                index &+= Int(length)
                return .inPlace(start..<index)
            }
            body = try makeBody(length)
            stage = .body
        }
        do throws(MessageFault) {
            guard try body?.advance(bytes, &index, limits: limits) == true else { return nil }
        } catch {
            throw ResponseParseError(error)
        }
        return .collected(takeBody())
    }

    private mutating func takeBody() -> [UInt8] {
        let taken = body?.takeBody() ?? []
        body = nil
        return taken
    }

    /// RFC 9110 section 15.2: a client parses 1xx replies even if it expects none.
    private mutating func skipInterimReply() throws(ResponseParseError) {
        guard interimReplies < limits.interimRepliesMax, scanner.status.code != 101 else {
            throw .unexpectedInterimReply
        }
        interimReplies &+= 1
        headLimits.headBytesMax &-= scanner.position
        scanner.restart()
    }

    /// The length of the body, as far as the head tells it; 0 when there is none (RFC 9112 section 6.3, in its order).
    private func announcedLength() throws(ResponseParseError) -> UInt64? {
        if isHead || scanner.status.forbidsBody { return 0 }
        if scanner.framing.isChunked { return nil }
        guard let length = scanner.framing.contentLength else { return nil }
        guard length <= UInt64(max(limits.bodyBytesMax, 0)) else { throw .bodyTooLarge }
        return length
    }

    private func makeBody(_ length: UInt64?) throws(ResponseParseError) -> BodyDecoder {
        guard let length else { return scanner.framing.isChunked ? .chunked() : .untilClose }
        do throws(MessageFault) {
            return try BodyDecoder(length: length, limits: limits)
        } catch {
            throw ResponseParseError(error)
        }
    }

    private func reply(body: [UInt8], keepAlive: Bool? = nil) -> ParsedResponse {
        ParsedResponse(
            status: scanner.status,
            version: scanner.version,
            headers: scanner.headers,
            contentType: contentType,
            date: date,
            body: body,
            keepAlive: keepAlive ?? self.keepAlive
        )
    }

    private mutating func fail(_ error: ResponseParseError) -> ResponseParseError {
        failure = error
        headBuffer.clear()
        body = nil
        return error
    }
}
