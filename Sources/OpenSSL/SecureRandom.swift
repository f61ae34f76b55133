import COpenSSL

/// Random bytes from OpenSSL's generator, drawn 4 KiB at a time and handed out in small pieces.
///
/// One call of RAND_bytes costs about a microsecond whatever its size, a piece of the pool some 15 ns. Bytes are wiped
/// from the pool as they leave it, so a later look at the memory finds none that were used. One instance a loop: it is
/// not `Sendable`.
@safe public final class SecureRandom {
    /// Bytes drawn at a time: 256 ids of 16 bytes.
    static let poolByteCount = 4096

    private let pool: UnsafeMutableRawBufferPointer
    /// What was handed out (and wiped) so far; the whole pool at first, so that the first use fills it.
    private var used = SecureRandom.poolByteCount

    /// An empty pool; the first use draws.
    public init() {
        unsafe pool = .allocate(byteCount: Self.poolByteCount, alignment: 16)
    }

    /// The next `count` bytes.
    ///
    /// - Throws: `OpenSSLError` when the generator has no entropy; nothing is handed out then.
    public func bytes(_ count: Int) throws(OpenSSLError) -> [UInt8] {
        precondition(count >= 0, "a count of bytes is not negative")
        // Larger requests would only empty the pool for everybody else.
        guard count <= Self.poolByteCount / 4 else { return try Self.generate(count) }
        try refill(for: count)
        let piece = unsafe UnsafeMutableRawBufferPointer(rebasing: pool[used..<used + count])
        let bytes = unsafe [UInt8](piece)
        unsafe OPENSSL_cleanse(piece.baseAddress, piece.count)
        used += count
        return bytes
    }

    /// `byteCount` random bytes as url-safe Base64 without padding: 22 characters for 16 bytes.
    ///
    /// - Throws: as `bytes(_:)`.
    public func text(byteCount: Int) throws(OpenSSLError) -> String {
        let bytes = try bytes(byteCount)
        return Base64.encodeURLSafe(bytes.span)
    }

    /// `count` bytes straight from the generator, for keys and other rare needs. Any thread.
    ///
    /// - Throws: as `bytes(_:)`.
    public static func generate(_ count: Int) throws(OpenSSLError) -> [UInt8] {
        precondition(count >= 0 && count <= Int(Int32.max), "RAND_bytes takes 0 to 2 GiB")
        var bytes = [UInt8](repeating: 0, count: count)
        guard count > 0 else { return bytes }
        try check("RAND_bytes") {
            unsafe bytes.withUnsafeMutableBufferPointer { unsafe RAND_bytes($0.baseAddress, Int32($0.count)) }
        }
        return bytes
    }

    /// Whether everything already handed out is zero in the pool; for tests.
    var isUsedPartWiped: Bool {
        unsafe pool[..<used].allSatisfy { $0 == 0 }
    }

    deinit {
        unsafe OPENSSL_cleanse(pool.baseAddress, pool.count)
        unsafe pool.deallocate()
    }

    private func refill(for count: Int) throws(OpenSSLError) {
        guard used + count > Self.poolByteCount else { return }
        // If drawing fails half-way, nothing that is now in the pool may be handed out.
        used = Self.poolByteCount
        try check("RAND_bytes") {
            unsafe RAND_bytes(pool.bindMemory(to: UInt8.self).baseAddress, Int32(Self.poolByteCount))
        }
        used = 0
    }
}
