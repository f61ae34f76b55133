/// Collects the body of one message in whichever framing its head announced (RFC 9112 section 6).
struct BodyDecoder {
    private enum Framing {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case untilClose
    }

    private var framing: Framing
    private var sink: BodySink

    /// A body of the announced length.
    ///
    /// - Throws: `bodyTooLarge` when that is over the limit.
    init(length: UInt64, limits: HTTPLimits, handling: BodyHandling = .collect) throws(MessageFault) {
        sink = BodySink(handling)
        guard length <= UInt64(sink.room(limits)) else { throw .bodyTooLarge }
        framing = .length(remaining: Int(length))
    }

    private init(framing: Framing, handling: BodyHandling = .collect) {
        self.framing = framing
        sink = BodySink(handling)
    }

    /// A body in the chunked coding.
    static func chunked(_ handling: BodyHandling = .collect) -> BodyDecoder {
        BodyDecoder(framing: .chunked(ChunkedDecoder()), handling: handling)
    }

    /// A reply's body that ends with the connection.
    static var untilClose: BodyDecoder { BodyDecoder(framing: .untilClose) }

    /// Whether the end of the connection completes the body.
    var endsWithConnection: Bool {
        if case .untilClose = framing { true } else { false }
    }

    /// Takes what belongs to the body from `index` on and moves `index`; true when it is complete.
    ///
    /// Memory grows with what arrived, not with what was announced: an announcement costs a peer nothing.
    mutating func advance(_ bytes: Span<UInt8>, _ index: inout Int, limits: HTTPLimits) throws(MessageFault) -> Bool {
        switch framing {
        case .length(let remaining):
            let taken = min(remaining, bytes.count &- index)
            sink.take(index..<index &+ taken, of: bytes)
            index &+= taken
            framing = .length(remaining: remaining &- taken)
            return taken == remaining
        case .chunked(var decoder):
            let isComplete = try decoder.advance(bytes, &index, into: &sink, limits: limits)
            framing = .chunked(decoder)
            return isComplete
        case .untilClose:
            guard bytes.count &- index <= sink.room(limits) else { throw .bodyTooLarge }
            sink.take(index..<bytes.count, of: bytes)
            index = bytes.count
            return false
        }
    }

    /// The collected bytes; the decoder is empty afterwards.
    mutating func takeBody() -> [UInt8] { sink.takeBytes() }
}
