/// A user as tables in memory name him: 128 bits that stand for (appid, openid), in one process only.
///
/// Two users share one only by a chance of 1 in 2^128 a pair, which nobody can better: the key is random and never leaves
/// the process. So a table needs no names to compare with, and those are longer than all else that it keeps of a user.
package struct UserDigest: Hashable, Sendable {
    package let low: UInt64
    package let high: UInt64

    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }
}

/// Makes the ``UserDigest`` of users, by a random key of its own.
package struct UserDigester: Sendable {
    /// The one of all tables in memory, so that a step over two of them names its user once.
    package static let ofMemoryStores = UserDigester()

    private let start: SipHash

    /// Draws a key from the system's generator.
    package init() {
        start = .randomlyKeyed()
    }

    package func digest(of user: User.Key) -> UserDigest {
        digest(appID: user.appID.utf8Span.span, openID: user.openID.utf8Span.span)
    }

    /// The same of UTF-8 bytes.
    package func digest(appID: Span<UInt8>, openID: Span<UInt8>) -> UserDigest {
        var hash = start
        // The length tells where one name ends and the other begins.
        hash.take(UInt64(appID.count))
        hash.take(padded: appID)
        let (low, high) = hash.finish(with: openID)
        return UserDigest(low: low, high: high)
    }
}
