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
        output.append(literal: "X-Request-Id: ")
        if let given {
            output.append(given)
        } else {
            unsafe output.append(count: RequestID.digitCount) { buffer in
                for index in 0..<RequestID.digitCount { unsafe buffer[index] = digit(index) }
            }
        }
        output.append(literal: "\r\n")
    }

    private static let digitCount = 13
    private static let digits: StaticString = "0123456789abcdefghjkmnpqrstvwxyz"

    @inline(__always)
    private func digit(_ index: Int) -> UInt8 {
        unsafe RequestID.digits.utf8Start[Int(truncatingIfNeeded: number &>> UInt64(5 &* index)) & 31]
    }
}
