/// The users who came last, and what only the phone knows about them.
///
/// Apart from the users themselves, of whom a load test makes a million and looks at none.
struct UserRoster: Sendable {
    /// At least so many are remembered, and at most twice as many.
    static let usersKept = 500
    /// The most that are shown at once.
    static let shownMax = 200

    /// What is shown besides the user.
    struct Note: Equatable, Sendable {
        /// The name by which the owner calls the user.
        var name: String?
        /// The number that the user last gave away.
        var phone: SimulatedPhone?
    }

    /// In the order of arrival.
    private var order: [SimulatedUser.Key] = []
    private var notes: [SimulatedUser.Key: Note] = [:]

    /// Remembers a user who is new or has a name; of those who are there already, only the name.
    mutating func note(_ user: SimulatedUser.Key, name: String?) {
        if notes[user] == nil {
            order.append(user)
            notes[user] = Note()
            forgetOldest()
        }
        if let name { notes[user]?.name = name }
    }

    /// Remembers the number of a user who is remembered.
    mutating func note(_ user: SimulatedUser.Key, phone: SimulatedPhone) {
        notes[user]?.phone = phone
    }

    /// The app's users, last come first.
    func newest(_ limit: Int, of appid: String) -> [(user: SimulatedUser.Key, note: Note)] {
        order.reversed().lazy.filter { $0.appid == appid }.prefix(limit).map { ($0, notes[$0] ?? Note()) }
    }

    private mutating func forgetOldest() {
        // In one go now and then, which makes a forgotten one cost constant time.
        guard order.count >= 2 * Self.usersKept else { return }
        for user in order.prefix(Self.usersKept) { notes[user] = nil }
        order.removeFirst(Self.usersKept)
    }
}
