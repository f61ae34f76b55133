internal import OpenSSL
internal import WeChat

/// One code of one app as tables name it: 128 bits by a random key of the process, so that neither need be kept.
///
/// Two codes share one only by a chance of 1 in 2^128 a pair, which nobody can better, though clients choose codes.
struct CodeKey: Hashable, Sendable, Redacted {
    private static let start = SipHash.randomlyKeyed()

    /// The key of no code, but for that chance.
    static let none = CodeKey(low: 0, high: 0)

    /// For whoever spreads codes by some of its bits.
    let low: UInt64
    let high: UInt64

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    init(appID: String, code: LoginCode) {
        var hash = Self.start
        // The length tells where one ends and the other begins.
        hash.take(UInt64(appID.utf8.count))
        hash.take(padded: appID.utf8Span.span)
        (low, high) = hash.finish(with: code.string.utf8Span.span)
    }
}
