import Glibc
import UV

/// Watches a run from the main loop: live figures, the gateway's process, when phases really began and ended.
final class RunObserver {
    /// The gateway's process, where it is known.
    let pid: Int32?
    private(set) var timeline: Timeline?
    private(set) var series: [SeriesPoint] = []
    /// What gateway and generator had used when each phase began, and at the end.
    private(set) var marks: [Mark] = []
    /// All parts have nothing to do any more.
    var isDone = false

    struct Mark {
        var moment: UInt64
        var phase: Int
        var gateway: ProcessUsage?
        var peer: ProcessUsage?
        var generatorCPUSeconds: Double
    }

    private let loop: EventLoop
    private let peer: Int32?
    private var interval = Tally()
    private var lastLook: UInt64 = 0
    private var lastUsage: ProcessUsage?
    private var phase = 0

    init(_ options: RunOptions, on loop: EventLoop) {
        self.loop = loop
        peer = options.peer?.pid
        let isHere = ["127.0.0.1", "localhost", "::1"].contains(options.site.host)
        pid = options.pid ?? (isHere ? ListeningProcess.find(port: options.site.port) : nil)
    }

    func begin(_ timeline: Timeline) {
        self.timeline = timeline
        lastLook = timeline.start
        nextLook = timeline.start + MonotonicClock.second
        lastUsage = usage()
    }

    func enter(_ phase: Int) {
        self.phase = phase
        mark()
    }

    func end() { mark() }

    /// The moment at which the next second is over. Seconds are those of the timeline, so that none lies in two phases
    /// that are whole seconds long.
    private(set) var nextLook: UInt64 = 0

    func add(_ interval: Tally) { self.interval.add(interval) }

    /// Closes a second when it is over; the line for people then.
    func look() -> String? {
        let now = MonotonicClock.now()
        // A second of somewhat less is one too: timers are exact to milliseconds.
        guard let timeline, now + 5_000_000 >= nextLook else { return nil }
        let seconds = MonotonicClock.seconds(now - lastLook)
        let usage = usage()
        var point = SeriesPoint(
            second: MonotonicClock.seconds(now - timeline.start),
            phase: timeline.phases[phase].name,
            perSecond: Double(interval.count) / seconds,
            errors: interval.errorCount,
            p50: interval.milliseconds(atPercentile: 50),
            p99: interval.milliseconds(atPercentile: 99),
            residentBytes: usage?.residentBytes
        )
        if let usage, let lastUsage { point.cpu = (usage.cpuSeconds - lastUsage.cpuSeconds) / seconds }
        series.append(point)
        interval.reset()
        lastLook = now
        while nextLook <= now + 5_000_000 { nextLook += MonotonicClock.second }
        lastUsage = usage
        return ProgressLine.text(point)
    }

    /// Returns when the gateway has used no CPU time for half a second, or after ten.
    func settle() async {
        let stepMilliseconds: UInt64 = 500
        var before = usage()?.cpuSeconds
        for _ in 0..<20 {
            try? await loop.sleep(milliseconds: stepMilliseconds)
            let now = usage()?.cpuSeconds
            if now == before { return }
            before = now
        }
    }

    private func usage() -> ProcessUsage? { pid.flatMap(ProcessUsage.read) }

    private func mark() {
        var own = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &own)
        let cpu = Self.seconds(own.ru_utime) + Self.seconds(own.ru_stime)
        marks.append(
            Mark(
                moment: MonotonicClock.now(),
                phase: phase,
                gateway: usage(),
                peer: peer.flatMap(ProcessUsage.read),
                generatorCPUSeconds: cpu
            )
        )
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
