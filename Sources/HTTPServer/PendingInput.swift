/// Bytes that arrived while a request was being served, taken from the front as they are parsed.
///
/// Pipelined requests may be tiny and many: taking one does not move the rest. An object, because a connection has one
/// only while something waits.
final class PendingInput {
    private var bytes: [UInt8] = []
    private var start = 0

    var isEmpty: Bool { start == bytes.count }

    var count: Int { bytes.count - start }

    func append(_ more: UnsafeRawBufferPointer.SubSequence) {
        unsafe bytes.append(contentsOf: more)
    }

    func removeAll() {
        bytes = []
        start = 0
    }

    /// Hands the unread bytes to a parser and takes as many as it says.
    func consume(_ parse: (UnsafeRawBufferPointer) -> Int) {
        let consumed = unsafe bytes.withUnsafeBytes { all in
            unsafe parse(UnsafeRawBufferPointer(rebasing: all[start...]))
        }
        start += consumed
        if start == bytes.count { removeAll() }
    }
}
