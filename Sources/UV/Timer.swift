internal import CLibuv

/// An exact timer of one loop (`uv_timer_t`). For the many deadlines of connections use ``TimerWheel``.
///
/// Loop-confined. ``close()`` must be called; forgetting it shows when the loop closes.
@safe public final class Timer {
    private var memory: HandleMemory?
    private let onFire: () -> Void

    /// Makes a stopped timer.
    public init(on loop: EventLoop, onFire: @escaping () -> Void) {
        self.onFire = onFire
        let memory = HandleMemory(for: UV_TIMER)
        // uv_timer_init cannot fail (libuv documentation, "uv_timer_t").
        _ = unsafe uv_timer_init(loop.loop, memory.pointer(to: uv_timer_t.self))
        memory.retain(owner: self)
        self.memory = memory
    }

    /// Fires after so many milliseconds, then every `repeating` milliseconds if that is not zero. Restarts when running.
    public func start(afterMilliseconds delay: UInt64, repeating: UInt64 = 0) {
        guard let memory else { return }
        _ = unsafe uv_timer_start(
            memory.pointer(to: uv_timer_t.self),
            { handle in unsafe owner(handle?.pointee.data, as: Timer.self)?.onFire() },
            delay,
            repeating
        )
    }

    /// Stops the timer; it can be started again.
    public func stop() {
        guard let memory else { return }
        _ = unsafe uv_timer_stop(memory.pointer(to: uv_timer_t.self))
    }

    /// Ends the timer. Calling it again does nothing.
    public func close() {
        memory.take()?.close()
    }
}
