/// Reads the requests of one connection out of whatever pieces its bytes arrive in (RFC 9112).
///
/// A value without I/O or clock; whoever owns the connection owns it. Strict on purpose: what two parsers could read
/// in two ways is refused, at its first wrong byte. A request that is whole in the input is scanned in place; only a
/// head that is cut gets copied to a buffer. Work is linear in the bytes, however they are cut.
public struct RequestParser: Sendable {
    /// How far the current request is.
    public enum Phase: Sendable, Equatable {
        /// No byte of a request yet (empty lines before it do not count).
        case idle
        /// In request line or header fields.
        case head
        /// Behind the header fields.
        case body
    }

    /// What a call of `parse` came to.
    public enum Event: Sendable {
        /// Everything is consumed and the request is not complete.
        case needMore
        /// As `needMore`, once a request: the client waits for `100 Continue` before it sends the body.
        case continueExpected
        /// One request; bytes behind it are not consumed.
        case request(ParsedRequest)
        /// Not HTTP, or over a limit; stays so for good. With the head when that was complete.
        case failed(RequestParseError, head: RequestHead?)
    }

    private enum Stage: Equatable {
        case blankLines, head, body, failed
        /// Behind a request whose body was cut: nobody knows where the next message begins.
        case cut
    }

    private let limits: HTTPLimits
    private var stage = Stage.blankLines
    private var blankLines = 0
    private var sawReturn = false
    private var headBuffer = HeadBuffer()
    private var scanner = RequestHeadScanner()
    private var head: RequestHead?
    private var body: BodyDecoder?
    private var handling = BodyHandling.collect
    private var failure: RequestParseError?

    /// A parser at the beginning of a connection.
    public init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Where the parser is; after a failure where it happened.
    public var phase: Phase {
        switch stage {
        case .blankLines: .idle
        case .head: .head
        case .body: .body
        case .failed: head == nil ? .head : .body
        case .cut: .body
        }
    }

    /// The head of the request whose body is on its way.
    public var receivedHead: RequestHead? { stage == .body ? head : nil }

    /// Consumes a prefix of `bytes` and stops behind at most one request; call again with the rest.
    ///
    /// Keeps no reference to `bytes`. After a failure everything is consumed and the same failure comes again; after a
    /// request whose body was cut everything is consumed and nothing comes any more.
    ///
    /// - Parameter bodies: what becomes of the body of this request; asked once, when the head of a request with a
    ///   body is complete.
    public mutating func parse(
        _ bytes: Span<UInt8>,
        bodies: (RequestHead) -> BodyHandling = { _ in .collect }
    ) -> (consumed: Int, event: Event) {
        var index = 0
        do throws(RequestParseError) {
            let event = try advance(bytes, &index, bodies)
            return (index, event)
        } catch {
            if error == .bodyTooLarge, let request = cutBody() { return (bytes.count, .request(request)) }
            stage = .failed
            failure = error
            headBuffer.clear()
            body = nil
            return (bytes.count, .failed(error, head: head))
        }
    }

    /// As `parse` of a span, for the buffer of a read callback.
    public mutating func parse(
        _ bytes: UnsafeRawBufferPointer,
        bodies: (RequestHead) -> BodyHandling = { _ in .collect }
    ) -> (consumed: Int, event: Event) {
        unsafe parse(bytes.assumingMemoryBound(to: UInt8.self).span, bodies: bodies)
    }

    /// Ends the wait for a body that is being discarded; nil when there is none.
    public mutating func cutBody() -> ParsedRequest? {
        guard handling == .discard, stage != .failed, let head = head.take() else { return nil }
        stage = .cut
        body = nil
        return ParsedRequest(head: head, body: [], keepAlive: false, isBodyCut: true)
    }

    private mutating func advance(
        _ bytes: Span<UInt8>,
        _ index: inout Int,
        _ bodies: (RequestHead) -> BodyHandling
    ) throws(RequestParseError) -> Event {
        if let failure { throw failure }
        if stage == .cut {
            index = bytes.count
            return .needMore
        }
        if stage == .blankLines {
            guard try skipBlankLines(bytes, &index) else { return .needMore }
        }
        if stage == .head {
            guard try headBuffer.advance(&scanner, bytes, &index, limits: limits) else { return .needMore }
            head = scanner.takeHead()
            guard let decoder = try makeBody(bodies) else { return finishRequest(body: []) }
            body = decoder
            stage = .body
            // RFC 9110 section 10.1.1: no need for it once the body is on its way.
            if index == bytes.count {
                return scanner.expectsContinue ? .continueExpected : .needMore
            }
        }
        do throws(MessageFault) {
            guard try body?.advance(bytes, &index, limits: limits) == true else { return .needMore }
        } catch {
            throw RequestParseError(error)
        }
        let whole = body?.takeBody() ?? []
        body = nil
        handling = .collect
        return finishRequest(body: whole)
    }

    /// RFC 9112 section 2.2: empty lines before a request are ignored. True when something else begins.
    private mutating func skipBlankLines(
        _ bytes: Span<UInt8>,
        _ index: inout Int
    ) throws(RequestParseError) -> Bool {
        while index < bytes.count {
            if sawReturn {
                guard bytes[index] == UInt8(ascii: "\n") else { throw .malformedRequestLine }
                sawReturn = false
            } else if bytes[index] == UInt8(ascii: "\r") {
                guard blankLines < limits.leadingBlankLinesMax else { throw .malformedRequestLine }
                blankLines &+= 1
                sawReturn = true
            } else {
                stage = .head
                return true
            }
            index &+= 1
        }
        return false
    }

    /// Nil when no body follows (RFC 9112 section 6.3 item 7: without either field the length is zero).
    private mutating func makeBody(
        _ bodies: (RequestHead) -> BodyHandling
    ) throws(RequestParseError) -> BodyDecoder? {
        let length = scanner.framing.isChunked ? nil : scanner.framing.contentLength ?? 0
        guard length != 0, let head else { return nil }
        handling = bodies(head)
        guard let length else { return .chunked(handling) }
        do throws(MessageFault) {
            return try BodyDecoder(length: length, limits: limits, handling: handling)
        } catch {
            throw RequestParseError(error)
        }
    }

    /// Hands the request out and makes ready for the next one.
    private mutating func finishRequest(body: [UInt8]) -> Event {
        guard let head else { preconditionFailure("a request is finished behind its head") }
        self.head = nil
        let request = ParsedRequest(
            head: head,
            body: body,
            keepAlive: scanner.framing.keepAlive(head.version),
            isBodyCut: false
        )
        scanner.restart()
        blankLines = 0
        stage = .blankLines
        return .request(request)
    }
}
