internal import Glibc

/// Where the gateway gets the time from: an injected value, so that tests decide what time it is.
public struct WallClock: Sendable {
    private let read: @Sendable () -> Int64

    /// A clock that reads Unix time in milliseconds. Any thread.
    public init(_ readMilliseconds: @escaping @Sendable () -> Int64) {
        read = readMilliseconds
    }

    /// The system's clock.
    public static let system = WallClock {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }

    /// Unix time in milliseconds.
    public var milliseconds: Int64 { read() }

    /// Unix time in seconds.
    public var seconds: Int64 { read() / 1000 }
}
