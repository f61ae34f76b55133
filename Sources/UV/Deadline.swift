/// One entry of a ``TimerWheel``, reused by its owner for each new deadline. Loop-confined.
public final class Deadline {
    /// Runs on the loop when the deadline has passed; the entry is then free to be scheduled again.
    let onExpiry: () -> Void

    /// Taken out of the wheel to expire in this tick, unless another one's callback cancels or moves it first.
    var isDue = false
    /// The tick at which it expires; nil when not scheduled.
    var expiryTick: UInt64?
    /// Where the wheel holds it, and the tick at which that slot is looked at.
    var place: Place?

    struct Place {
        var slot: Int
        var index: Int
        var visitTick: UInt64
    }

    /// Makes an entry that is not scheduled.
    public init(onExpiry: @escaping () -> Void) {
        self.onExpiry = onExpiry
    }

    /// Moves it without touching the wheel; false when it has to go to another slot.
    @inline(__always)
    func move(to tick: UInt64) -> Bool {
        guard let visitTick = place?.visitTick, visitTick <= tick else { return false }
        isDue = false
        expiryTick = tick
        return true
    }

    func suspend() {
        isDue = false
        expiryTick = nil
    }

    /// Whether it is going to expire.
    public var isScheduled: Bool { expiryTick != nil }
}
