internal import OpenSSL

/// 128 random bits that name one thing and cannot be guessed; 22 characters of url-safe Base64 in texts.
///
/// Two numbers, because a gateway holds many and compares them often: no heap object, and compared in constant time.
struct RandomID: Hashable, Sendable {
    private static let byteCount = 16

    private let high: UInt64
    private let low: UInt64

    /// A new one.
    ///
    /// - Throws: `OpenSSLError` when the generator has no entropy.
    init(from random: SecureRandom) throws(OpenSSLError) {
        self = try random.use(Self.byteCount) { RandomID(bytes: $0) }
    }

    /// The one that a text stands for; nil when it is none.
    init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 22, let bytes = Base64.decodeURLSafe(utf8.span), bytes.count == Self.byteCount else {
            return nil
        }
        self.init(bytes: bytes.span)
    }

    private init(bytes: Span<UInt8>) {
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<8 {
            words.0 = words.0 << 8 | UInt64(bytes[index])
            words.1 = words.1 << 8 | UInt64(bytes[index + 8])
        }
        (high, low) = words
    }

    /// As clients and WeChat see it: of `A-Za-z0-9-_`.
    var text: String {
        let bytes = bytes
        return Base64.encodeURLSafe(bytes.span)
    }

    /// The same as bytes, which take no memory.
    var characters: [22 of UInt8] {
        let bytes = bytes
        var characters = [22 of UInt8](repeating: 0)
        var span = characters.mutableSpan
        Base64.encodeURLSafe(bytes.span, into: &span)
        return characters
    }

    private var bytes: [16 of UInt8] {
        let words: [2 of UInt64] = [high.bigEndian, low.bigEndian]
        return unsafe unsafeBitCast(words, to: [16 of UInt8].self)
    }

    static func == (left: RandomID, right: RandomID) -> Bool {
        (left.high ^ right.high) | (left.low ^ right.low) == 0
    }
}
