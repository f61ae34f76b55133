import CTimerFD
import Glibc
import UV

/// Fires at one moment of ``MonotonicClock``, exact to tens of microseconds. Loop-confined.
///
/// A timer of libuv fires at whole milliseconds; half of one is more than many replies take, and an open loop counts
/// each latency from the intended start.
final class PreciseTimer {
    private let descriptor: Int32
    private let handle: PollHandle
    private var isClosed = false

    init(on loop: EventLoop, onFire: @escaping () -> Void) throws(UVError) {
        let descriptor = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_NONBLOCK | TFD_CLOEXEC))
        self.descriptor = descriptor
        handle = try PollHandle(on: loop, descriptor: descriptor) { _, _ in
            var expirations: UInt64 = 0
            guard unsafe read(descriptor, &expirations, MemoryLayout<UInt64>.size) > 0 else { return }
            onFire()
        }
        try handle.start(.readable)
    }

    /// Fires once at this moment, or at once when it has passed. Replaces what was set.
    func set(at moment: UInt64) {
        guard !isClosed else { return }
        // All zero would stop the timer.
        let moment = max(1, moment)
        var value = itimerspec()
        value.it_value.tv_sec = Int(moment / MonotonicClock.second)
        value.it_value.tv_nsec = Int(moment % MonotonicClock.second)
        _ = unsafe timerfd_settime(descriptor, Int32(TFD_TIMER_ABSTIME), &value, nil)
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        handle.close()
        _ = Glibc.close(descriptor)
    }
}
