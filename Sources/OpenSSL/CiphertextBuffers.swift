import COpenSSL

/// Where a session's BIO reads ciphertext from and writes it to, without a socket and without a copy of what comes in.
///
/// It has a fixed place in memory, which libssl's callbacks find through the BIO and the session.
@safe struct CiphertextBuffers {
    /// What came in and was not read yet: borrowed from the caller for the time of one call.
    var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    /// Room for what goes out; `outputCount` bytes are used.
    var output = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    var outputCount = 0
    /// The latest ticket of the server, one reference; nil when there is none or it was taken.
    var ticket: OpaquePointer?

    /// Room for a request or a reply head with its record; a connection that needs no more keeps it.
    static let outputBytesKept = 4096

    /// Copies bytes to the output; false when that would be more than the session's bound.
    mutating func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let wanted = outputCount + bytes.count
        guard wanted <= TLSSession.outputBytesMax else { return false }
        if unsafe wanted > output.count { grow(to: wanted) }
        unsafe UnsafeMutableRawBufferPointer(rebasing: output[outputCount..<wanted]).copyMemory(from: bytes)
        outputCount = wanted
        return true
    }

    private mutating func grow(to wanted: Int) {
        let capacity = unsafe max(wanted, output.count * 2, Self.outputBytesKept)
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: output[..<outputCount]))
        unsafe output.deallocate()
        unsafe output = larger
    }

    /// Moves input to where libssl wants it; 0 when there is none.
    mutating func read(into target: UnsafeMutableRawPointer, atMost limit: Int) -> Int {
        let count = unsafe min(limit, input.count)
        guard count > 0, let source = unsafe input.baseAddress else { return 0 }
        unsafe target.copyMemory(from: source, byteCount: count)
        unsafe input = UnsafeRawBufferPointer(rebasing: input[count...])
        return count
    }

    /// Frees what it holds.
    mutating func free() {
        unsafe output.deallocate()
        unsafe SSL_SESSION_free(ticket)
    }
}
