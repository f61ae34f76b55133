/// The phone codes that were issued within the last five minutes and not used yet.
///
/// A used one is forgotten at once, since WeChat gives 40029 for it as for an unknown one.
struct PhoneCodeBook: Sendable {
    struct Grant: Equatable, Sendable {
        let appid: String
        let openid: String
        let phone: SimulatedPhone
        /// When the user tapped the button, from which on the code lives.
        let grantedAt: UnixTime
    }

    static let codesMax = 100_000

    private var grants: [String: Grant] = [:]
    /// The codes in the order of issue, which is also that of expiry.
    private var order: [String] = []

    /// How many codes are remembered.
    var count: Int { grants.count }

    /// Remembers a new code. Returns false when the book is full.
    mutating func issue(_ code: String, _ grant: Grant) -> Bool {
        let now = grant.grantedAt
        let dead = order.prefix { code in grants[code].map { now - $0.grantedAt > CodeBook.lifetime } ?? true }
        for code in dead { grants[code] = nil }
        order.removeFirst(dead.count)
        guard grants.count < Self.codesMax else { return false }
        grants[code] = grant
        order.append(code)
        return true
    }

    /// What stands under the code now; nil when it is unknown, used or too old.
    func look(up code: String, at now: UnixTime) -> Grant? {
        guard let grant = grants[code], now - grant.grantedAt <= CodeBook.lifetime else { return nil }
        return grant
    }

    /// Marks a code as used.
    mutating func consume(_ code: String) {
        grants[code] = nil
    }
}
