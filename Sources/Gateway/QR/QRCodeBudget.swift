/// Bounds the calls for codes of one app: at most so many in any 60 s (contract section 4).
///
/// Counts by the second: a call is forgotten 60 to 61 s after it was made, never earlier, and the memory is 61 numbers.
/// Times are milliseconds and never go back.
struct QRCodeBudget: Equatable, Sendable {
    /// Calls in any 60 s. WeChat allows 5,000: the rest is for the app's other servers.
    static let callsMax = 4_000
    /// Seconds that a call counts: the window's 60, and the one that had begun when it was made.
    private static let seconds: Int64 = 61

    /// Calls of a second, at its number modulo ``seconds``.
    private var calls = [Int](repeating: 0, count: Int(QRCodeBudget.seconds))
    private var total = 0
    /// The newest second that is counted.
    private var second = Int64.min

    /// Takes one call out, or says no.
    mutating func take(at time: Int64) -> Bool {
        forget(at: time)
        guard total < Self.callsMax else { return false }
        calls[Self.place(of: second)] += 1
        total += 1
        return true
    }

    /// When the next call may be made: `time` itself or at most 61 s later.
    mutating func nextAt(_ time: Int64) -> Int64 {
        forget(at: time)
        guard total >= Self.callsMax else { return time }
        let oldest = (second - Self.seconds + 1...second).first { calls[Self.place(of: $0)] > 0 } ?? second
        return (oldest + Self.seconds) * 1000
    }

    /// Forgets the seconds that have left the window.
    private mutating func forget(at time: Int64) {
        let now = Self.second(of: time)
        guard now > second else { return }
        if second == .min || now - second >= Self.seconds {
            for place in calls.indices { calls[place] = 0 }
            total = 0
        } else {
            for gone in second + 1...now {
                let place = Self.place(of: gone)
                total -= calls[place]
                calls[place] = 0
            }
        }
        second = now
    }

    private static func second(of time: Int64) -> Int64 { time >= 0 ? time / 1000 : (time - 999) / 1000 }

    private static func place(of second: Int64) -> Int {
        let rest = Int(second % seconds)
        return rest < 0 ? rest + Int(seconds) : rest
    }
}
