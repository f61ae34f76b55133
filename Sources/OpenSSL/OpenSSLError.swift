import COpenSSL

/// A call of libcrypto that failed, with the first reason it left in the error queue.
///
/// These are failures of the library or of its use (an algorithm that is not there, no memory, no entropy), never of a
/// message: bad padding or a wrong signature are ordinary return values.
public struct OpenSSLError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The libcrypto function that failed, as in its manual page.
    public let operation: String
    /// The packed code of `ERR_get_error(3)`; 0 when the library left none.
    public let code: UInt
    /// The library's words for `code`. Never contains key material or message bytes.
    public let reason: String

    init(operation: String, code: UInt = 0, reason: String) {
        self.operation = operation
        self.code = code
        self.reason = reason
    }

    /// One line for a log.
    public var description: String { "\(operation): \(reason)" }

    /// Takes the first entry of this thread's error queue and empties the queue.
    ///
    /// The first entry is the cause; what follows is each caller adding its own view of it.
    static func fromQueue(_ operation: String) -> OpenSSLError {
        let code = ERR_get_error()
        defer { ERR_clear_error() }
        guard code != 0 else { return OpenSSLError(operation: operation, reason: "failed without a reason") }
        // ERR_error_string_n(3): 256 bytes are enough for any message; longer ones are cut and terminated.
        let reason = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            unsafe ERR_error_string_n(code, start, buffer.count)
            return unsafe String(cString: start)
        }
        return OpenSSLError(operation: operation, code: UInt(code), reason: reason)
    }
}

/// Runs one libcrypto call that answers 1 for success, with an empty error queue before it.
///
/// The queue belongs to the thread and outlives calls: an entry left by another user of the library (libcurl, on the same
/// thread) must not be reported as ours.
@discardableResult
func check(_ operation: String, _ call: () -> Int32) throws(OpenSSLError) -> Int32 {
    emptyErrorQueue()
    let result = call()
    guard result == 1 else { throw OpenSSLError.fromQueue(operation) }
    return result
}

/// Runs one libcrypto call that answers a pointer, with an empty error queue before it.
func checkPointer(_ operation: String, _ call: () -> OpaquePointer?) throws(OpenSSLError) -> OpaquePointer {
    emptyErrorQueue()
    guard let pointer = unsafe call() else { throw OpenSSLError.fromQueue(operation) }
    return unsafe pointer
}

/// Looks before it empties: emptying visits all sixteen places of the queue, which is a sixth of the cost of a token.
func emptyErrorQueue() {
    if ERR_peek_error() != 0 { ERR_clear_error() }
}
