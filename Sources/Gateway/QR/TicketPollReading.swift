/// Keeps a parked poll from missing a change and from reading twice at a time.
///
/// A change that comes during a read may or may not be in what is read, so it is read again. A value; loop-confined.
struct TicketPollReading: Equatable {
    private enum State {
        case waiting, reading, outdated, ended
    }

    private var state = State.waiting

    /// Something has changed, or a time is over. True: read now.
    mutating func wake() -> Bool {
        switch state {
        case .waiting:
            state = .reading
            return true
        case .reading, .outdated:
            state = .outdated
            return false
        case .ended:
            return false
        }
    }

    /// What was read tells to wait. True: it may be outdated, so read once more; the poll is still reading.
    mutating func again() -> Bool {
        guard state == .outdated else { return false }
        state = .reading
        return true
    }

    /// As ``again()``; false: the poll waits from now on.
    mutating func wait() -> Bool {
        if again() { return true }
        if state == .reading { state = .waiting }
        return false
    }

    /// The poll is over. True: for the first time.
    mutating func end() -> Bool {
        defer { state = .ended }
        return state != .ended
    }

    /// Whether the poll is over.
    var isOver: Bool { state == .ended }
}
