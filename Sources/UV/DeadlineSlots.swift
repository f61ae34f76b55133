/// The decisions of a hashed timer wheel: which deadlines are due at which tick. No clock, no timer.
///
/// Each operation is O(1). A deadline that is moved to a later time stays in its slot and is put where it belongs when
/// the slot comes up, because a connection moves its deadline with every request and almost never lets it expire.
struct DeadlineSlots {
    /// Ticks of one revolution; a deadline further away passes through its slot more than once.
    static let slotCount = 1024

    private var slots: [[Deadline]] = Array(repeating: [], count: slotCount)
    private(set) var count = 0
    private var lastTick: UInt64

    init(now tick: UInt64) {
        lastTick = tick
    }

    /// Schedules for a tick after the last one advanced to; an earlier one counts as the next tick.
    mutating func schedule(_ deadline: Deadline, at tick: UInt64) {
        let tick = max(tick, lastTick + 1)
        deadline.isDue = false
        deadline.expiryTick = tick
        if let place = deadline.place {
            if place.visitTick <= tick { return }
            remove(deadline, from: place)
        }
        insert(deadline, at: tick)
    }

    /// Takes a deadline out at once; it holds no memory of the wheel afterwards.
    mutating func cancel(_ deadline: Deadline) {
        deadline.expiryTick = nil
        deadline.isDue = false
        if let place = deadline.place { remove(deadline, from: place) }
    }

    /// Moves on to a tick and returns what is due by then, earliest slot first.
    mutating func advance(to tick: UInt64) -> [Deadline] {
        var due: [Deadline] = []
        guard tick > lastTick else { return due }
        // After a long pause each slot needs only one look.
        let first = tick - lastTick > UInt64(Self.slotCount) ? tick - UInt64(Self.slotCount) + 1 : lastTick + 1
        lastTick = tick
        for visited in first...tick {
            visit(slot: Int(visited % UInt64(Self.slotCount)), now: tick, due: &due)
        }
        return due
    }

    private mutating func visit(slot: Int, now tick: UInt64, due: inout [Deadline]) {
        if slots[slot].isEmpty { return }
        // Moved aside first, because entries that are not due yet may go back into the same slot.
        let entries = slots[slot]
        slots[slot] = []
        count -= entries.count
        for entry in entries {
            entry.place = nil
            guard let expiry = entry.expiryTick else { continue }
            if expiry <= tick {
                entry.expiryTick = nil
                entry.isDue = true
                due.append(entry)
            } else {
                insert(entry, at: expiry)
            }
        }
    }

    private mutating func insert(_ deadline: Deadline, at tick: UInt64) {
        let visitTick = min(tick, lastTick + UInt64(Self.slotCount))
        let slot = Int(visitTick % UInt64(Self.slotCount))
        deadline.place = Deadline.Place(slot: slot, index: slots[slot].count, visitTick: visitTick)
        slots[slot].append(deadline)
        count += 1
    }

    private mutating func remove(_ deadline: Deadline, from place: Deadline.Place) {
        deadline.place = nil
        count -= 1
        let last = slots[place.slot].removeLast()
        if last !== deadline {
            slots[place.slot][place.index] = last
            last.place?.index = place.index
        }
    }
}
