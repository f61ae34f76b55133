/// Coarse deadlines by the thousand, for connections and requests: one `uv_timer_t` a loop, O(1) an operation.
///
/// Loop-confined. Deadlines expire up to ``tickMilliseconds`` late and never early.
public final class TimerWheel {
    /// The granularity: fine enough for timeouts of seconds, coarse enough to cost ten wake-ups a second.
    public static let tickMilliseconds: UInt64 = 100

    private unowned let loop: EventLoop
    private var slots: DeadlineSlots
    private var ticker: Timer?
    private var isTicking = false

    init(on loop: EventLoop) {
        self.loop = loop
        self.slots = DeadlineSlots(now: loop.now / Self.tickMilliseconds)
    }

    /// Deadlines scheduled now.
    public var count: Int { slots.count }

    /// Schedules a deadline, or moves one that is scheduled.
    public func schedule(_ deadline: Deadline, afterMilliseconds delay: UInt64) {
        if !isTicking { startTicking() }
        let (sum, overflow) = loop.now.addingReportingOverflow(delay)
        let expiry = overflow ? UInt64.max - Self.tickMilliseconds : sum
        let tick = (expiry + Self.tickMilliseconds - 1) / Self.tickMilliseconds
        // As nearly always: its slot comes up before it expires, so it stays there.
        if delay > 0, deadline.move(to: tick) { return }
        slots.schedule(deadline, at: tick)
    }

    /// Takes a deadline out; it will not expire. Harmless when it is not scheduled.
    public func cancel(_ deadline: Deadline) {
        slots.cancel(deadline)
    }

    /// As ``cancel(_:)``, cheaper for who is going to schedule it again soon: until its time would have come, the wheel
    /// still holds it.
    public func suspend(_ deadline: Deadline) {
        deadline.suspend()
    }

    func close() {
        ticker?.close()
        ticker = nil
    }

    private func startTicking() {
        // Nothing is scheduled now, so the ticks that passed meanwhile hold nothing.
        _ = slots.advance(to: loop.now / Self.tickMilliseconds)
        let ticker = self.ticker ?? Timer(on: loop) { [unowned self] in tick() }
        self.ticker = ticker
        isTicking = true
        ticker.start(afterMilliseconds: Self.tickMilliseconds, repeating: Self.tickMilliseconds)
    }

    private func tick() {
        for deadline in slots.advance(to: loop.now / Self.tickMilliseconds) {
            // One callback may have cancelled or moved another that was due in this same tick.
            guard deadline.isDue else { continue }
            deadline.isDue = false
            deadline.onExpiry()
        }
        if slots.count == 0 {
            isTicking = false
            ticker?.stop()
        }
    }
}
