public import OpenSSL

/// What a code's picture carries to the mini-program (contract section 4): whoever sees the picture can scan, and only that.
public struct QRScene: Hashable, Sendable, Redacted {
    private let id: RandomID

    init(from random: SecureRandom) throws(OpenSSLError) { id = try RandomID(from: random) }

    init?(_ text: some StringProtocol) {
        guard let id = RandomID(text) else { return nil }
        self.id = id
    }

    /// 22 characters of `A-Za-z0-9-_`, which WeChat takes as a scene as it is.
    public var text: String { id.text }
}
