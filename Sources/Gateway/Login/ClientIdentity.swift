/// What tells one client from another before it is logged in (contract section 3, "same client").
///
/// Kept as 128 bits by a random key of the process: it is compared, never shown.
struct ClientIdentity: Sendable {
    /// What an identity is made of, told apart so that no nonce is anybody's address.
    private enum Source: UInt64 {
        case nonce = 1
        case address = 2
    }

    private static let start = SipHash.randomlyKeyed()

    /// False when nothing is known of the client: then it is the same as nobody.
    private let isKnown: Bool
    private let low: UInt64
    private let high: UInt64

    /// - Parameters:
    ///   - nonce: what the client chose for this attempt.
    ///   - address: its address; nil when the address says nothing, because a header about it came from somebody we do
    ///     not trust. Counts only without a nonce.
    init(nonce: String?, address: String?) {
        guard let text = nonce ?? address else {
            (isKnown, low, high) = (false, 0, 0)
            return
        }
        var hash = Self.start
        hash.take((nonce == nil ? Source.address : .nonce).rawValue)
        isKnown = true
        (low, high) = hash.finish(with: text.utf8Span.span)
    }

    /// Whether both are the same client: by nonce, or when neither has one by address.
    func isSame(as other: ClientIdentity) -> Bool {
        isKnown && other.isKnown && low == other.low && high == other.high
    }
}
