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

    /// Hands the next `count` bytes to `body`, which may copy them: they are gone from here afterwards.
    ///
    /// - Throws: `OpenSSLError` when the generator has no entropy; nothing is handed out then.
    public func use<Result>(_ count: Int, _ body: (Span<UInt8>) -> Result) throws(OpenSSLError) -> Result {
        precondition(count >= 0, "a count of bytes is not negative")
        // Larger requests would only empty the pool for everybody else.
        guard count <= Self.poolByteCount / 4 else {
            let bytes = try Self.generate(count)
            return body(bytes.span)
        }
        try refill(for: count)
        let piece = unsafe UnsafeMutableRawBufferPointer(rebasing: pool[used..<used + count])
        // Before the body, which may ask for more.
        used += count
        defer { unsafe OPENSSL_cleanse(piece.baseAddress, piece.count) }
        return unsafe body(Span(_unsafeBytes: UnsafeRawBufferPointer(piece)))
    }

    /// The next `count` bytes.
    ///
    /// - Throws: as ``use(_:_:)``.
    public func bytes(_ count: Int) throws(OpenSSLError) -> [UInt8] {
        try use(count) { bytes in
            [UInt8](capacity: bytes.count) { array in
                for index in bytes.indices { array.append(bytes[index]) }
            }
        }
    }

    /// `byteCount` random bytes as url-safe Base64 without padding: 22 characters for 16 bytes.
    ///
    /// - Throws: as ``use(_:_:)``.
    public func text(byteCount: Int) throws(OpenSSLError) -> String {
        try use(byteCount) { Base64.encodeURLSafe($0) }
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
