/// The addresses of one host and when to ask for them again. Decides; asks nobody itself.
///
/// A name is asked for again while its connections work: they would never notice that the name has moved. A class for the
/// reason of ``Admission``.
final class AddressBook<Address: Equatable> {
    /// How long an answer is used: libcurl's own default, and a common life of DNS records that are meant to move.
    static var freshMilliseconds: UInt64 { 60_000 }
    /// Addresses that are tried for one connection; more would leave none of them time to answer.
    static var addressesMax: Int { 6 }

    /// How a new connection comes to its addresses.
    enum Lookup: Equatable {
        /// They are known.
        case known([Address])
        /// Ask, and tell all that wait.
        case ask
        /// Somebody has asked already.
        case wait
    }

    private(set) var addresses: [Address] = []
    private var askedAt: UInt64 = 0
    private var isAsking = false

    init() {}

    /// A new connection needs the addresses.
    func look(now: UInt64) -> Lookup {
        if !addresses.isEmpty, !isStale(now) { return .known(addresses) }
        if isAsking { return .wait }
        begin(now)
        return .ask
    }

    /// A request goes over a kept connection: whether to ask, for the sake of later ones.
    func recheck(now: UInt64) -> Bool {
        guard isStale(now), !isAsking else { return false }
        begin(now)
        return true
    }

    /// The answer. None is no news: a name server that is away must not take WeChat along, so what was known goes on
    /// (RFC 8767) until somebody is asked again.
    ///
    /// - Returns: whether connections to other addresses than these are to go.
    func answered(_ found: [Address]) -> Bool {
        isAsking = false
        guard !found.isEmpty else { return false }
        let kept = Array(found.prefix(Self.addressesMax))
        let hasChanged = kept != addresses
        addresses = kept
        return hasChanged
    }

    /// Whether it is one of the host's.
    func contains(_ address: Address) -> Bool { addresses.contains(address) }

    private func isStale(_ now: UInt64) -> Bool { now &- askedAt >= Self.freshMilliseconds }

    private func begin(_ now: UInt64) {
        isAsking = true
        askedAt = now
    }
}
