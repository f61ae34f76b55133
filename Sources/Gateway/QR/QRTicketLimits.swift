/// The limits a minute of web logins. Shared by all loops; any thread. Each answers with the seconds to wait, nil: go on;
/// times are Unix milliseconds.
struct QRTicketLimits: Sendable {
    /// Counts a new ticket for an address; of IPv6 a /64 counts as one.
    let takeTicket: @Sendable (_ address: String, _ now: Int64) -> Int?
    /// Counts a wrong scene of a user.
    let takeWrongScene: @Sendable (_ user: User.Key, _ now: Int64) -> Int?
    /// Whether a user has no more wrong scenes; counts nothing.
    let isOutOfScenes: @Sendable (_ user: User.Key, _ now: Int64) -> Int?
}

extension QRTicketLimits {
    /// The limits of the policy, each counted from now on.
    init(_ policy: QRPolicy) {
        let tickets = MinuteLimiter<AddressKey>(limit: policy.ticketsPerAddress)
        let scenes = MinuteLimiter<User.Key>(limit: policy.wrongScenesPerUser)
        self.init(
            takeTicket: { tickets.take(AddressKey($0), now: $1) },
            takeWrongScene: { scenes.take($0, now: $1) },
            isOutOfScenes: { scenes.isExhausted($0, now: $1) }
        )
    }
}
