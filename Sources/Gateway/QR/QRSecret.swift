internal import OpenSSL

/// What the browser that asked for a ticket holds, and needs to follow it: 256 random bits, 43 characters.
///
/// Only its digest is kept.
struct QRSecret: Redacted, Sendable {
    private static let byteCount = 32
    /// Longer texts are no secrets, and are not worth hashing.
    private static let lengthMax = 64

    let text: String

    init(from random: SecureRandom) throws(OpenSSLError) { text = try random.text(byteCount: Self.byteCount) }

    /// Takes what a client sent, which may be anything; nil when it cannot be a secret.
    init?(_ text: String) {
        guard (1...Self.lengthMax).contains(text.utf8.count) else { return nil }
        self.text = text
    }

    /// What is kept of it.
    func digest(by sha256: SHA256) throws(OpenSSLError) -> TokenDigest {
        try TokenDigest(of: text, by: sha256)
    }

    /// Whether it is the one of a kept digest; takes the same time for any two.
    func matches(_ kept: TokenDigest, by sha256: SHA256) throws(OpenSSLError) -> Bool {
        let mine = try digest(by: sha256)
        return (mine.high ^ kept.high) | (mine.low ^ kept.low) == 0
    }
}
