internal import OpenSSL

/// The public name of a ticket: it opens nothing by itself.
public struct QRTicketID: Hashable, Sendable {
    private let id: RandomID

    init(from random: SecureRandom) throws(OpenSSLError) { id = try RandomID(from: random) }

    init?(_ text: some StringProtocol) {
        guard let id = RandomID(text) else { return nil }
        self.id = id
    }

    /// 22 characters of `A-Za-z0-9-_`.
    public var text: String { id.text }
}
