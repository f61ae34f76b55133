/// A moment of the simulated world: milliseconds since 1970-01-01T00:00:00Z.
///
/// The rules never read a clock. Each of them takes the moment as a parameter, so a test moves time by counting.
public struct UnixTime: Comparable, Hashable, Sendable {
    /// Milliseconds since the epoch.
    public var milliseconds: Int64

    /// Makes a moment from milliseconds since the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Makes a moment from whole seconds since the epoch.
    public init(seconds: Int64) {
        self.milliseconds = seconds * 1000
    }

    /// Whole seconds since the epoch.
    public var seconds: Int64 { milliseconds / 1000 }

    /// The minute that this moment belongs to, as a number.
    var minute: Int64 { seconds / 60 }

    /// The calendar day in Beijing (UTC+8, no daylight saving) that this moment belongs to, as a number.
    ///
    /// WeChat does not publish when daily quotas start anew; midnight in Beijing is what its users assume.
    var beijingDay: Int64 { (seconds + 8 * 3600) / 86_400 }

    public static func < (earlier: UnixTime, later: UnixTime) -> Bool {
        earlier.milliseconds < later.milliseconds
    }

    static func + (moment: UnixTime, duration: Duration) -> UnixTime {
        UnixTime(milliseconds: moment.milliseconds + duration.milliseconds)
    }

    static func - (later: UnixTime, earlier: UnixTime) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
