/// Reads the requests of one connection out of whatever pieces its bytes arrive in (RFC 9112).
///
/// A value without I/O or clock; whoever owns the connection owns it. Strict on purpose: what two parsers could read in two
/// ways is refused, at its first wrong byte. A request that is whole in the input is scanned in place; only a head that is cut
/// gets copied to a buffer. Work is linear in the bytes, however they are cut.
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
        case blankLines, requestLine, fields, body, failed
    }

    private let limits: HTTPLimits
    private var stage = Stage.blankLines
    private var blankLines = 0
    private var sawReturn = false
    /// The head so far, when it came in pieces; empty otherwise.
    private var buffer: [UInt8] = []
    private var line = RequestLineScanner()
    private var fields = FieldScanner(from: 0)
    private var method = Method.get
    private var target: RequestTarget?
    private var head: RequestHead?
    private var body: BodyDecoder?
    private var failure: RequestParseError?

    /// A parser at the beginning of a connection.
    public init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Where the parser is; after a failure where it happened.
    public var phase: Phase {
        switch stage {
        case .blankLines: .idle
        case .requestLine, .fields: .head
        case .body: .body
        case .failed: head == nil ? .head : .body
        }
    }

    /// Consumes a prefix of `bytes` and stops behind at most one request; call again with the rest.
    ///
    /// Keeps no reference to `bytes`. After a failure everything is consumed and the same failure comes again.
    public mutating func parse(_ bytes: Span<UInt8>) -> (consumed: Int, event: Event) {
        var index = 0
        do throws(RequestParseError) {
            let event = try advance(bytes, &index)
            return (index, event)
        } catch {
            stage = .failed
            failure = error
            buffer = []
            body = nil
            return (bytes.count, .failed(error, head: head))
        }
    }

    /// As `parse` of a span, for the buffer of a read callback.
    public mutating func parse(_ bytes: UnsafeRawBufferPointer) -> (consumed: Int, event: Event) {
        unsafe parse(bytes.assumingMemoryBound(to: UInt8.self).span)
    }

    private mutating func advance(_ bytes: Span<UInt8>, _ index: inout Int) throws(RequestParseError) -> Event {
        if let failure { throw failure }
        if stage == .blankLines {
            guard try skipBlankLines(bytes, &index) else { return .needMore }
        }
        if stage != .body {
            guard try advanceHead(bytes, &index) else { return .needMore }
            guard body != nil else { return finishRequest() }
            stage = .body
            // RFC 9110 section 10.1.1: no need for it once the body is on its way.
            if index == bytes.count {
                let waits = fields.framing.expectsContinue && head?.version == .http11
                return waits ? .continueExpected : .needMore
            }
        }
        do throws(MessageFault) {
            guard try body?.advance(bytes, &index, limits: limits) == true else { return .needMore }
        } catch {
            throw RequestParseError(error)
        }
        return finishRequest()
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
                line = RequestLineScanner()
                stage = .requestLine
                return true
            }
            index &+= 1
        }
        return false
    }

    /// Scans the head in place when it has begun in `bytes`, else in the buffer. True when it is complete.
    private mutating func advanceHead(_ bytes: Span<UInt8>, _ index: inout Int) throws(RequestParseError) -> Bool {
        if buffer.isEmpty {
            let window = bytes.extracting(index..<index &+ min(bytes.count &- index, limits.headBytesMax))
            if try scanHead(window) {
                index &+= fields.position
                return true
            }
            guard window.count < limits.headBytesMax else { throw .headersTooLarge }
            buffer = window.copy(0..<window.count)
            index = bytes.count
            return false
        }
        var joined: [UInt8] = []
        swap(&joined, &buffer)
        let before = joined.count
        let taken = min(bytes.count &- index, limits.headBytesMax &- before)
        bytes.append(index..<index &+ taken, to: &joined)
        if try scanHead(joined.span) {
            index &+= fields.position &- before
            return true
        }
        guard joined.count < limits.headBytesMax else { throw .headersTooLarge }
        index &+= taken
        swap(&joined, &buffer)
        return false
    }

    /// `window` begins with the request line and shows what there is of the head. True when the head is complete.
    private mutating func scanHead(_ window: Span<UInt8>) throws(RequestParseError) -> Bool {
        if stage == .requestLine {
            guard try line.advance(window) else { return false }
            method = Method(token: window.string(line.method))
            // Section 9.3.6 of RFC 9110 makes what follows a CONNECT a tunnel; we are no proxy.
            guard method != .connect else { throw .unsupportedMethod }
            target = try RequestTarget(window, line.target, method: method)
            fields = FieldScanner(from: line.position)
            stage = .fields
        }
        do throws(MessageFault) {
            guard try fields.advance(window, countMax: limits.headerCountMax) else { return false }
        } catch {
            throw RequestParseError(error)
        }
        try finishHead(window)
        return true
    }

    /// What only the whole head can tell: Host, version and framing together.
    private mutating func finishHead(_ window: Span<UInt8>) throws(RequestParseError) {
        let framing = fields.framing
        // RFC 9112 section 3.2: exactly one Host with HTTP/1.1, and a valid one.
        guard framing.hostCount > 0 || line.version == .http10 else { throw .missingHost }
        guard framing.hostCount <= 1, Authority.isValid(window, framing.host) else { throw .invalidHost }
        // RFC 9112 section 6.1: Transfer-Encoding in a 1.0 message means faulty framing.
        guard !framing.isChunked || line.version == .http11 else { throw .unsupportedTransferCoding }
        guard let target else { throw .malformedRequestLine }
        head = RequestHead(
            method: method,
            target: target,
            version: line.version,
            headers: Headers(block: window.copy(0..<fields.position), fields: fields.fields)
        )
        if framing.isChunked {
            body = .chunked
        } else if let length = framing.contentLength, length > 0 {
            do throws(MessageFault) {
                body = try BodyDecoder(length: length, limits: limits)
            } catch {
                throw RequestParseError(error)
            }
        }
    }

    /// Hands the request out and makes ready for the next one.
    private mutating func finishRequest() -> Event {
        guard let head else { preconditionFailure("a request is finished behind its head") }
        let request = ParsedRequest(
            head: head,
            body: body?.takeBody() ?? [],
            keepAlive: fields.framing.keepAlive(head.version)
        )
        self.head = nil
        target = nil
        body = nil
        fields = FieldScanner(from: 0)
        blankLines = 0
        stage = .blankLines
        return .request(request)
    }
}
