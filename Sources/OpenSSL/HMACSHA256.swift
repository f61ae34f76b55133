/// HMAC-SHA256 (RFC 2104) under one key, whose two blocks are hashed once.
///
/// A code costs the compressions of its message and one more: half of a kept EVP context, a tenth of the one-shot call.
/// One instance a loop: it is not `Sendable`.
public final class HMACSHA256 {
    /// Length of every code.
    public static let byteCount = SHA256State.digestByteCount

    /// After the key's block that the message follows.
    private var inner: SHA256State
    /// After the key's block that the inner digest follows.
    private var outer: SHA256State

    /// Expands the key; the key bytes themselves are not kept by this class.
    ///
    /// - Throws: `OpenSSLError` for an empty key, and when the library has no SHA-256.
    public init(key: Span<UInt8>) throws(OpenSSLError) {
        // The standard has a code for it; who gives us none has lost a key.
        guard !key.isEmpty else { throw OpenSSLError(operation: "HMAC", reason: "the key is empty") }
        let start = try SHA256State()
        var block = [64 of UInt8](repeating: 0)
        if key.count > SHA256State.blockByteCount {
            let digest = try start.digest(endingWith: key)
            for index in digest.indices { block[index] = digest[index] }
        } else {
            for index in key.indices { block[index] = key[index] }
        }
        inner = try Self.state(after: block, xor: 0x36, from: start)
        outer = try Self.state(after: block, xor: 0x5c, from: start)
    }

    /// The code of a whole message.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func code(for message: Span<UInt8>) throws(OpenSSLError) -> [32 of UInt8] {
        let digest = try inner.digest(endingWith: message)
        return try outer.digest(endingWith: digest.span)
    }

    /// What many messages begin with, hashed once; of use with the code that made it only.
    ///
    /// Nothing can be told from it without the key, but with it codes can be made: it is as good as the key.
    public struct Beginning {
        /// Whole blocks of it were hashed: so many bytes of a message are not asked for again.
        public let byteCount: Int
        fileprivate let state: SHA256State
    }

    /// Hashes as much of `bytes` as can be hashed before the rest of a message is known.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func beginning(_ bytes: Span<UInt8>) throws(OpenSSLError) -> Beginning {
        let byteCount = bytes.count / SHA256State.blockByteCount * SHA256State.blockByteCount
        var state = inner
        try state.add(blocks: bytes.extracting(first: byteCount))
        return Beginning(byteCount: byteCount, state: state)
    }

    /// The code of a whole message, of which the first `beginning.byteCount` bytes are known to be those of `beginning`.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func code(for message: Span<UInt8>, after beginning: Beginning) throws(OpenSSLError) -> [32 of UInt8] {
        let digest = try beginning.state.digest(endingWith: message.extracting(droppingFirst: beginning.byteCount))
        return try outer.digest(endingWith: digest.span)
    }

    /// Whether `expected` is the code of `message`, compared in constant time; false for any other length.
    public func isCode(_ expected: Span<UInt8>, for message: Span<UInt8>) throws(OpenSSLError) -> Bool {
        let code = try code(for: message)
        return ConstantTime.equals(code.span, expected)
    }

    deinit {
        // Both are as good as the key.
        inner.wipe()
        outer.wipe()
    }

    private static func state(
        after key: [64 of UInt8],
        xor pad: UInt8,
        from start: SHA256State
    ) throws(OpenSSLError) -> SHA256State {
        let block = [64 of UInt8] { key[$0] ^ pad }
        var state = start
        try state.add(blocks: block.span)
        return state
    }
}
