internal import HTTP

/// The name of a request: the client's own, or a number that becomes text only where somebody wants to see it.
struct RequestID: Sendable {
    /// Nil for the number.
    private let given: String?
    private let number: UInt64

    /// The client's own, or one of a test.
    init(given text: String) {
        given = text
        number = 0
    }

    init(number: UInt64) {
        given = nil
        self.number = number
    }

    /// As text: 13 characters of 5 bits each for a number, short enough for a String without allocation.
    var text: String {
        if let given { return given }
        return unsafe String(unsafeUninitializedCapacity: RequestID.digitCount) { buffer in
            for index in 0..<RequestID.digitCount { unsafe buffer[index] = digit(index) }
            return RequestID.digitCount
        }
    }

    /// Appends the whole field line.
    func appendField(to output: OutputBuffer) {
        guard let given else { return appendNumberField(to: output) }
        output.append(literal: "X-Request-Id: ")
        output.append(given)
        output.append(literal: "\r\n")
    }

    /// The line of a number in one piece: nearly every reply has one.
    private func appendNumberField(to output: OutputBuffer) {
        let start: StaticString = "X-Request-Id: "
        let length = start.utf8CodeUnitCount
        unsafe output.append(count: length + RequestID.digitCount + 2) { buffer in
            guard let line = buffer.baseAddress else { return }
            unsafe line.update(from: start.utf8Start, count: length)
            for index in 0..<RequestID.digitCount { unsafe line[length + index] = digit(index) }
            unsafe line[length + RequestID.digitCount] = UInt8(ascii: "\r")
            unsafe line[length + RequestID.digitCount + 1] = UInt8(ascii: "\n")
        }
    }

    private static let digitCount = 13
    private static let digits: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"

    @inline(__always)
    private func digit(_ index: Int) -> UInt8 {
        unsafe RequestID.digits.utf8Start[Int(truncatingIfNeeded: number &>> UInt64(5 &* index)) & 31]
    }
}
