/// The connections of one client that no request uses, the most recently used first. Decides; closes nothing itself.
///
/// The most recently used one has the best chance of being alive, and the others grow old and go. A class for the reason
/// of ``Admission``, with the array in memory of its own for the same one: no access to it calls anybody.
@safe final class IdlePool<Member> {
    private struct Entry {
        let member: Member
        let since: UInt64
    }

    /// How many may wait for a request; beyond it the one that waited longest goes.
    private let countMax: Int
    /// Milliseconds after which a connection is not used again: a request sent into a closing one would be lost.
    let ageMillisecondsMax: UInt64
    /// In the order in which they were put here.
    private let entries: UnsafeMutablePointer<[Entry]>

    /// - Parameter countMax: at least 1.
    init(countMax: Int, ageMillisecondsMax: UInt64) {
        precondition(countMax > 0, "a pool that keeps nothing")
        self.countMax = countMax
        self.ageMillisecondsMax = ageMillisecondsMax
        unsafe entries = .allocate(capacity: 1)
        unsafe entries.initialize(to: [])
    }

    deinit {
        unsafe entries.deinitialize(count: 1)
        unsafe entries.deallocate()
    }

    /// How many wait.
    var count: Int { unsafe entries.pointee.count }

    /// Takes in a connection that a request has left.
    ///
    /// - Returns: the one that has to go for it.
    func put(_ member: Member, now: UInt64) -> Member? {
        let evicted = unsafe entries.pointee.count == countMax ? entries.pointee.removeFirst().member : nil
        unsafe entries.pointee.append(Entry(member: member, since: now))
        return evicted
    }

    /// Takes out the most recently used one that fits and is not too old.
    ///
    /// Too old ones stay until their owner's deadline or an eviction removes them.
    func take(now: UInt64, where fits: (Member) -> Bool) -> Member? {
        var index = count
        while let member = member(before: index, now: now) {
            index &-= 1
            if fits(member) { return remove(at: index) }
        }
        return nil
    }

    /// The one that was used last of those put here before the one at `index`, unless it is too old, as all before it are
    /// then; it stays.
    func member(before index: Int, now: UInt64) -> Member? {
        guard index > 0, unsafe now &- entries.pointee[index &- 1].since < ageMillisecondsMax else { return nil }
        return unsafe entries.pointee[index &- 1].member
    }

    /// Takes one out.
    func remove(at index: Int) -> Member {
        unsafe index == count &- 1 ? entries.pointee.removeLast().member : entries.pointee.remove(at: index).member
    }

    /// Takes out each one that fits.
    func removeAll(where fits: (Member) -> Bool) -> [Member] {
        let all = unsafe entries.pointee
        let removed = all.filter { fits($0.member) }.map(\.member)
        if !removed.isEmpty { unsafe entries.pointee = all.filter { !fits($0.member) } }
        return removed
    }
}
