/// How often something happened in each of the last 12 slots of 5 s.
struct MinuteWindow {
    /// Of a minute.
    static let slots: Int64 = 12
    private static let slotMilliseconds: Int64 = 5000

    /// The slot of a Unix millisecond.
    static func slot(of milliseconds: Int64) -> Int64 { milliseconds / slotMilliseconds }

    private var counts: InlineArray<12, UInt32>
    private var newest: Int64
    private var sum = 0

    /// Nothing has happened yet.
    init(slot: Int64) {
        counts = InlineArray(repeating: 0)
        newest = slot
    }

    /// Forgets what is a minute old.
    mutating func move(to slot: Int64) {
        // Loops read the clock each for itself, so one may be a slot behind; a clock set back must not lock anybody out.
        if slot < newest - 1 || slot >= newest + Self.slots {
            self = MinuteWindow(slot: slot)
            return
        }
        while newest < slot {
            newest += 1
            sum -= Int(counts[place(of: newest)])
            counts[place(of: newest)] = 0
        }
    }

    /// Counts one in the newest slot.
    mutating func add() {
        counts[place(of: newest)] += 1
        sum += 1
    }

    /// Seconds until one more is within the limit, 1 to 60; nil when it is now.
    func wait(limit: Int, now: Int64) -> Int? {
        var rest = sum
        guard rest >= limit else { return nil }
        var slot = newest - Self.slots
        while rest >= limit, slot < newest {
            slot += 1
            rest -= Int(counts[place(of: slot)])
        }
        let freeAt = (slot + Self.slots) * Self.slotMilliseconds
        return Int(min(max((freeAt - now + 999) / 1000, 1), 60))
    }

    private func place(of slot: Int64) -> Int { Int(slot % Self.slots) }
}
