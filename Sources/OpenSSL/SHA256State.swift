import COpenSSL

/// SHA-256 (FIPS 180-4) between two blocks: a value that is copied to hash several messages with one beginning.
///
/// Holds no pointer and no buffer: what is hashed of it is whole blocks so far.
struct SHA256State {
    /// Bytes of a block.
    static let blockByteCount = 64
    /// Bytes of a digest.
    static let digestByteCount = 32
    /// What the last block has room for: a one-bit and the message's length end it.
    private static let lastByteCountMax = blockByteCount - 9

    private var context = SHA256_CTX()
    private var byteCount = 0

    /// The state before the first byte.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    init() throws(OpenSSLError) {
        guard unsafe shim_sha256_start(&context) == 1 else { throw SHA256State.failed }
    }

    /// Hashes whole blocks.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    mutating func add(blocks: Span<UInt8>) throws(OpenSSLError) {
        precondition(blocks.count.isMultiple(of: Self.blockByteCount), "a state is between two blocks")
        guard !blocks.isEmpty else { return }
        byteCount += blocks.count
        let result = unsafe blocks.withUnsafeBufferPointer { blocks -> Int32 in
            guard let start = blocks.baseAddress else { return 0 }
            return unsafe shim_sha256_add(&context, start, blocks.count / Self.blockByteCount)
        }
        guard result == 1 else { throw SHA256State.failed }
    }

    /// The state after what was hashed so far, `rest` and the padding (FIPS 180-4 section 5.1.1), whose words are the
    /// digest.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    func ended(by rest: Span<UInt8>) throws(OpenSSLError) -> SHA256State {
        var state = self
        let wholeByteCount = rest.count & ~(Self.blockByteCount - 1)
        try state.add(blocks: rest.extracting(first: wholeByteCount))
        try state.end(with: rest.extracting(droppingFirst: wholeByteCount))
        return state
    }

    /// The digest of what was hashed so far and `rest`; the state stays as it is.
    ///
    /// - Throws: as ``ended(by:)``.
    func digest(endingWith rest: Span<UInt8>) throws(OpenSSLError) -> [32 of UInt8] {
        try ended(by: rest).bytes
    }

    /// The first four words, each two of them as one number.
    var firstHalf: (UInt64, UInt64) {
        let words = context.h
        return (UInt64(words.0) << 32 | UInt64(words.1), UInt64(words.2) << 32 | UInt64(words.3))
    }

    /// Forgets everything, for states that came from a key.
    mutating func wipe() {
        unsafe withUnsafeMutableBytes(of: &context) { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
    }

    /// Hashes the last bytes, less than a block, and the padding.
    private mutating func end(with last: Span<UInt8>) throws(OpenSSLError) {
        let blockCount = last.count <= Self.lastByteCountMax ? 1 : 2
        var padded = [16 of UInt64](repeating: 0)
        let bitCount = UInt64(byteCount + last.count) * 8
        padded[blockCount * 8 - 1] = bitCount.bigEndian
        var span = padded.mutableSpan
        let result = unsafe span.withUnsafeMutableBytes { padded -> Int32 in
            guard let start = padded.baseAddress else { return 0 }
            unsafe last.withUnsafeBytes { unsafe padded.copyMemory(from: $0) }
            unsafe padded.storeBytes(of: 0x80, toByteOffset: last.count, as: UInt8.self)
            return unsafe shim_sha256_add(&context, start, blockCount)
        }
        guard result == 1 else { throw SHA256State.failed }
    }

    /// The words of the state, each the most significant byte first.
    private var bytes: [32 of UInt8] {
        let (h0, h1, h2, h3, h4, h5, h6, h7) = context.h
        let words: [8 of UInt32] = [
            h0.bigEndian, h1.bigEndian, h2.bigEndian, h3.bigEndian,
            h4.bigEndian, h5.bigEndian, h6.bigEndian, h7.bigEndian,
        ]
        return unsafe unsafeBitCast(words, to: [32 of UInt8].self)
    }

    private static var failed: OpenSSLError {
        OpenSSLError(operation: "SHA256_Update", reason: "failed without a reason")
    }
}
