internal import Synchronization

/// Counts what each key did in the last minute. Shared by all loops; any thread.
///
/// The minute slides in steps of 5 s: what happened counts for at least 55 and at most 60 s. So no minute of the clock sees
/// more than the limit, and a minute of quiet forgets all.
final class MinuteLimiter<Key: Hashable & Sendable>: Sendable {
    private let limit: Int
    private let state: Mutex<Generations>

    /// - Parameters:
    ///   - limit: a minute, at most `UInt32.max`; 0: none.
    ///   - keysMax: keys that are remembered, at some 130 bytes each. Beyond it those that were quiet longest are
    ///     forgotten and begin anew; who has so many addresses does not need to.
    init(limit: Int, keysMax: Int = 100_000) {
        self.limit = limit
        state = Mutex(Generations(keysMax: keysMax))
    }

    /// Counts one more, if it may be.
    ///
    /// - Parameter now: Unix milliseconds.
    /// - Returns: nil when it was counted, else the seconds to wait, 1 to 60.
    func take(_ key: Key, now: Int64) -> Int? {
        guard limit > 0 else { return nil }
        return state.withLock { generations in
            generations.change(key, slot: MinuteWindow.slot(of: now)) { window in
                if let wait = window.wait(limit: limit, now: now) { return wait }
                window.add()
                return nil
            }
        }
    }

    /// Whether nothing more may be counted now.
    ///
    /// - Parameter now: Unix milliseconds.
    /// - Returns: nil when something may, else the seconds to wait, 1 to 60.
    func isExhausted(_ key: Key, now: Int64) -> Int? {
        guard limit > 0 else { return nil }
        return state.withLock { generations in
            guard var window = generations.window(of: key) else { return nil }
            window.move(to: MinuteWindow.slot(of: now))
            return window.wait(limit: limit, now: now)
        }
    }

    /// How many keys are remembered.
    var count: Int { state.withLock { $0.count } }

    /// The keys of this minute and those of the one before: the older ones go all at once, so nothing is ever searched
    /// for what is over.
    private struct Generations {
        let keysMax: Int
        private var current: [Key: MinuteWindow] = [:]
        private var previous: [Key: MinuteWindow] = [:]
        private var start: Int64 = 0

        init(keysMax: Int) {
            self.keysMax = keysMax
        }

        var count: Int { current.count + previous.count }

        func window(of key: Key) -> MinuteWindow? { current[key] ?? previous[key] }

        mutating func change(_ key: Key, slot: Int64, _ body: (inout MinuteWindow) -> Int?) -> Int? {
            // A clock set back far begins anew too.
            if slot >= start + MinuteWindow.slots || slot < start - 1 { turn(at: slot) }
            var window = current[key] ?? previous.removeValue(forKey: key) ?? MinuteWindow(slot: slot)
            if current[key] == nil, current.count >= keysMax / 2 { turn(at: slot) }
            window.move(to: slot)
            let wait = body(&window)
            current[key] = window
            return wait
        }

        private mutating func turn(at slot: Int64) {
            previous = current
            current = [:]
            start = slot
        }
    }
}
