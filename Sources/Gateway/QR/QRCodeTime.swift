/// Makes a time that never goes back out of a clock that may be set back, so that no pause and no window gets longer.
///
/// A clock that is set ahead is believed: pauses and windows end early then.
struct QRCodeTime: Equatable, Sendable {
    private var latest = Int64.min
    /// What to add to the clock's time.
    private(set) var lead: Int64 = 0

    /// The time at which the clock shows `now`; both in milliseconds.
    mutating func at(_ now: Int64) -> Int64 {
        if now + lead < latest { lead = latest - now }
        latest = now + lead
        return latest
    }
}
