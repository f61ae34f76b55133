internal import HTTP

/// The parser of one message. Hundreds of bytes, so only a connection has one on which a message is half received.
///
/// Keeps it in memory of its own: access to a property that is open during a call is checked at run time, each time.
@safe final class Reception {
    private let parser: UnsafeMutablePointer<RequestParser>

    init(limits: HTTPLimits) {
        unsafe parser = .allocate(capacity: 1)
        unsafe parser.initialize(to: RequestParser(limits: limits))
    }

    deinit {
        unsafe parser.deinitialize(count: 1)
        unsafe parser.deallocate()
    }

    /// As the parser's; `bodies` must not use this reception.
    func parse(
        _ bytes: UnsafeRawBufferPointer,
        bodies: (RequestHead) -> BodyHandling
    ) -> (consumed: Int, event: RequestParser.Event) {
        unsafe parser.pointee.parse(bytes, bodies: bodies)
    }

    func cutBody() -> ParsedRequest? { unsafe parser.pointee.cutBody() }

    var phase: RequestParser.Phase { unsafe parser.pointee.phase }

    var receivedHead: RequestHead? { unsafe parser.pointee.receivedHead }
}
