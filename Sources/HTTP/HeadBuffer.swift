/// Scans the head of one kind of message; shown all bytes of the message so far at each call.
protocol HeadScanner {
    associatedtype Failure: Error

    /// What a head over `HTTPLimits.headBytesMax` is.
    static var tooLarge: Failure { get }
    /// How many bytes are scanned; the head's length when it is complete.
    var position: Int { get }
    /// True when the head is complete.
    mutating func scan(_ window: Span<UInt8>, limits: HTTPLimits) throws(Failure) -> Bool
}

/// Shows a scanner the head of a message in one piece: in place when the input begins with it, else from a buffer.
struct HeadBuffer {
    private var bytes: [UInt8] = []

    /// Moves `index` behind the head and returns true when it is complete; otherwise behind the input.
    mutating func advance<Scanner: HeadScanner>(
        _ scanner: inout Scanner,
        _ input: Span<UInt8>,
        _ index: inout Int,
        limits: HTTPLimits
    ) throws(Scanner.Failure) -> Bool {
        let room = limits.headBytesMax &- bytes.count
        let taken = min(input.count &- index, room)
        let before = bytes.count
        let isComplete: Bool
        if before == 0 {
            let window = input.extracting(index..<index &+ taken)
            isComplete = try scanner.scan(window, limits: limits)
            if !isComplete { bytes = window.copy(0..<taken) }
        } else {
            // May copy a little of what follows the head: once a head, and never more than the limit.
            input.append(index..<index &+ taken, to: &bytes)
            isComplete = try scanner.scan(bytes.span, limits: limits)
        }
        if isComplete {
            index &+= scanner.position &- before
            bytes = []
            return true
        }
        guard taken < room else { throw Scanner.tooLarge }
        index &+= taken
        return false
    }

    /// Lets the memory go.
    mutating func clear() {
        bytes = []
    }
}
