/// The codes and links that were made last.
///
/// Bounded: whoever looks at the list wants the ones that are on a screen now, and a load test makes thousands.
struct EntranceBook: Sendable {
    /// At least so many are remembered, and at most twice as many.
    static let entrancesKept = 1000
    /// The most that are shown at once.
    static let shownMax = 200

    /// Oldest first.
    private var entrances: [Entrance] = []

    /// Remembers one; the oldest go.
    mutating func add(_ entrance: Entrance) {
        entrances.append(entrance)
        // In one go now and then, which makes a forgotten one cost constant time.
        if entrances.count >= 2 * Self.entrancesKept { entrances.removeFirst(Self.entrancesKept) }
    }

    /// The app's newest ones, newest first; of all apps where none is named.
    func newest(_ limit: Int, of appid: String?) -> [Entrance] {
        Array(entrances.reversed().lazy.filter { appid == nil || $0.appid == appid }.prefix(limit))
    }

    /// The link with this ticket; nil when it is unknown, forgotten or expired.
    func link(_ ticket: String, at now: UnixTime) -> Entrance? {
        entrances.last { $0.link?.ticket == ticket && now < ($0.link?.expiresAt ?? now) }
    }
}
