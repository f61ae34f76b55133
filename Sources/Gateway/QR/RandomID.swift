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
        self.init(bytes: try random.bytes(Self.byteCount))
    }

    /// The one that a text stands for; nil when it is none.
    init?(_ text: some StringProtocol) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 22, let bytes = Base64.decodeURLSafe(utf8.span), bytes.count == Self.byteCount else {
            return nil
        }
        self.init(bytes: bytes)
    }

    private init(bytes: [UInt8]) {
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// As clients and WeChat see it: of `A-Za-z0-9-_`.
    var text: String {
        let bytes = [high, low].flatMap { number in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
        }
        return Base64.encodeURLSafe(bytes.span)
    }

    static func == (left: RandomID, right: RandomID) -> Bool {
        (left.high ^ right.high) | (left.low ^ right.low) == 0
    }
}
