/// Who of the users has logged in how often, to tell whether `is_new` can be right though logins overlap.
struct ReturningUsers {
    private var started: [UInt32]
    private var hasFinished: [Bool]

    init(count: Int) {
        started = Array(repeating: 0, count: count)
        hasFinished = Array(repeating: false, count: count)
    }

    /// A login of a user begins; what is to be remembered until its reply.
    mutating func begin(_ user: Int) -> Mark {
        started[user] += 1
        return Mark(number: started[user], hadFinished: hasFinished[user])
    }

    /// What was the case when a login began.
    struct Mark: Equatable {
        var number: UInt32
        var hadFinished: Bool

        init(number: UInt32, hadFinished: Bool) {
            self.number = number
            self.hadFinished = hadFinished
        }

        init(packed: Int) { self.init(number: UInt32(truncatingIfNeeded: packed >> 1), hadFinished: packed & 1 == 1) }

        /// As a ticket carries it.
        var packed: Int { Int(number) << 1 | (hadFinished ? 1 : 0) }
    }

    /// The reply is there: whether its `is_new` can be right.
    mutating func finish(_ user: Int, _ mark: Mark, isNew: Bool) -> Bool {
        hasFinished[user] = true
        if isNew { return !mark.hadFinished }
        // Only another login of this user, answered or not, can have been the first one.
        return started[user] > 1
    }

    /// Whether another login of the user began after this one: its session may have been replaced.
    func isSuperseded(_ user: Int, _ mark: Mark) -> Bool { started[user] > mark.number }
}
