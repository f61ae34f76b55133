/// SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast short-input PRF", and their reference
/// code with `outlen` 16): a hash that nobody can foresee who does not know its key. A value, so it costs no memory.
///
/// Inlined as a whole, so that the four words stay in registers from the first byte to the last.
struct SipHash {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    /// Bytes taken so far.
    private var count = 0

    /// - Parameter key: 128 bits, the first eight bytes in `low`, little-endian.
    init(key: (low: UInt64, high: UInt64)) {
        v0 = key.low ^ 0x736f_6d65_7073_6575
        v1 = key.high ^ 0x646f_7261_6e64_6f6d ^ 0xee
        v2 = key.low ^ 0x6c79_6765_6e65_7261
        v3 = key.high ^ 0x7465_6462_7974_6573
    }

    /// A hash with a key of the system's generator.
    static func randomlyKeyed() -> SipHash {
        SipHash(key: (.random(in: 0 ... .max), .random(in: 0 ... .max)))
    }

    /// Takes eight bytes, little-endian.
    @inline(__always)
    mutating func take(_ word: UInt64) {
        count += 8
        compress(word)
    }

    /// Takes bytes, and zeros up to a multiple of eight.
    @inline(__always)
    mutating func take(padded bytes: Span<UInt8>) {
        let tail = takeWords(of: bytes)
        if bytes.count % 8 != 0 { take(tail) }
    }

    /// Takes the last bytes.
    ///
    /// - Returns: the hash, its first eight bytes in `low`, little-endian.
    @inline(__always)
    consuming func finish(with bytes: Span<UInt8>) -> (low: UInt64, high: UInt64) {
        let tail = takeWords(of: bytes)
        compress(tail | UInt64(truncatingIfNeeded: count + bytes.count % 8) << 56)
        v2 ^= 0xee
        for _ in 0..<4 { round() }
        let low = v0 ^ v1 ^ v2 ^ v3
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return (low, v0 ^ v1 ^ v2 ^ v3)
    }

    /// Takes all whole words.
    ///
    /// - Returns: the bytes after them, little-endian.
    @inline(__always)
    private mutating func takeWords(of bytes: Span<UInt8>) -> UInt64 {
        let raw = unsafe bytes.bytes
        let count = bytes.count
        var position = 0
        while position &+ 8 <= count {
            // Unsafe for types with forbidden bit patterns only; the bounds are checked.
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            take(UInt64(littleEndian: word))
            position &+= 8
        }
        if position == count { return 0 }
        if count >= 8 {
            // The last eight bytes, without those that were taken.
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            return UInt64(littleEndian: word) &>> UInt64(64 &- 8 &* (count &- position))
        }
        var tail: UInt64 = 0
        var shift: UInt64 = 0
        while position < count {
            tail |= UInt64(bytes[position]) &<< shift
            shift &+= 8
            position &+= 1
        }
        return tail
    }

    @inline(__always)
    private mutating func compress(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v1 = Self.rotate(v1, 13) ^ v0
        v0 = Self.rotate(v0, 32)
        v2 &+= v3
        v3 = Self.rotate(v3, 16) ^ v2
        v0 &+= v3
        v3 = Self.rotate(v3, 21) ^ v0
        v2 &+= v1
        v1 = Self.rotate(v1, 17) ^ v2
        v2 = Self.rotate(v2, 32)
    }

    private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
        word &<< count | word &>> (64 &- count)
    }
}
