import UV

/// Load of several steps that depend on each other: a few tasks, each repeating its steps. Loop-confined.
///
/// For what is rare beside the requests of a ``LoadStream``: each step costs a suspension.
final class TaskLoad: Load {
    /// One of the tasks' work: the steps once.
    protocol Work: AnyObject {
        func perform() async
        func close()
    }

    var onEnd: (() -> Void)?

    private let works: [any Work]
    private let loop: EventLoop
    /// Nanoseconds from one begin of a task's steps to the next; 0: at once.
    private let interval: UInt64
    private var running = 0
    private var isStopped = false

    init(_ works: [any Work], everyNanoseconds interval: UInt64, on loop: EventLoop) {
        self.works = works
        self.interval = interval
        self.loop = loop
    }

    func run(from start: UInt64) throws(UVError) {
        running = works.count
        let actor = loop.actor
        for (index, work) in works.enumerated() {
            let bound = LoopBound((self, work), on: loop)
            // Spread over the interval, so that they do not all begin at once.
            let first = start + interval * UInt64(index) / UInt64(max(1, works.count))
            Task(executorPreference: loop) {
                await actor.run { _ in await bound.value.0.repeatedly(bound.value.1, from: first) }
            }
        }
        if works.isEmpty { end() }
    }

    func stop() { isStopped = true }

    func abandon(counted isCounted: Bool) {
        isStopped = true
        for work in works { work.close() }
    }

    private func repeatedly(_ work: any Work, from first: UInt64) async {
        var next = first
        while !isStopped {
            let now = MonotonicClock.now()
            if next > now {
                // Short naps, so that a stop is heeded.
                try? await loop.sleep(milliseconds: min(100, (next - now) / 1_000_000 + 1))
                continue
            }
            next = max(next + interval, now)
            await work.perform()
        }
        running -= 1
        if running == 0 { end() }
    }

    private func end() { onEnd.take()?() }
}
