import HTTP
import UV

/// How a ``LoadStream`` asks.
struct StreamPlan: Sendable {
    /// Connections at most; a closed loop has all of them busy all the time.
    var connections: Int
    /// Open loop: when requests are meant to start. Nil: closed loop, each connection asks again at once.
    var schedule: ArrivalSchedule?
    /// Closed loop: nanoseconds over which connections start one after the other.
    var ramp: UInt64 = 0
    var timeout: UInt64
    var keepsAlive = true
}

/// Puts the requests of one workload on connections of one loop. Loop-confined.
///
/// Closed loop: a slow target is asked less often. Open loop: requests are due at moments that do not depend on the
/// target; what finds no free connection waits, and its latency counts from the moment at which it was due.
final class LoadStream: Load {
    private let workload: any Workload
    private let plan: StreamPlan
    private let recorder: Recorder
    private let loop: EventLoop
    private var lanes: [Lane] = []
    /// Numbers of open-loop lanes that have nothing to do; the last one used is the next one, as its connection is warm.
    private var idle: [Int] = []
    private var backlog = Backlog()
    private var schedule: ArrivalSchedule?
    private var timer: PreciseTimer?
    private var start: UInt64 = 0
    private var due: UInt64?
    private var lanesStarted = 0
    private var busyCount = 0
    private var isStopped = false
    private var isFinished = false

    /// Called once, when nothing is under way and nothing will be.
    var onEnd: (() -> Void)?

    init(_ workload: any Workload, _ plan: StreamPlan, dialer: any Dialer, recorder: Recorder, on loop: EventLoop) {
        self.workload = workload
        self.plan = plan
        self.recorder = recorder
        self.loop = loop
        schedule = plan.schedule
        for index in 0..<plan.connections {
            let lane = Lane(index, workload, dialer: dialer, plan: plan, recorder: recorder, on: loop)
            lane.onIdle = { [unowned self] lane, now in self.becameIdle(lane, now) }
            lane.onFinished = { [unowned self] lane in self.ranDry(lane) }
            lanes.append(lane)
        }
    }

    /// Connections that wait for a reply, and requests that wait for a connection.
    var underWay: Int { busyCount + backlog.count }

    /// Starts at this moment, which may have to come yet.
    func run(from start: UInt64) throws(UVError) {
        self.start = start
        timer = try PreciseTimer(on: loop) { [unowned self] in self.wake() }
        if schedule != nil {
            idle = Array((0..<lanes.count).reversed())
            takeNextArrival()
        }
        timer?.set(at: due ?? start)
    }

    /// Nothing new starts; what is under way may end.
    func stop() {
        isStopped = true
        due = nil
        timer?.close()
        timer = nil
        for lane in lanes { lane.endPause() }
        endIfDone()
    }

    /// Ends everything at once. What is under way counts as lost where `isCounted`, and as never begun otherwise.
    func abandon(counted isCounted: Bool) {
        isStopped = true
        timer?.close()
        timer = nil
        let now = MonotonicClock.now()
        for lane in lanes { lane.abandon(counted: isCounted, at: now) }
        for moment in backlog.drain() where isCounted {
            recorder.record(kind: 0, intended: moment, finished: now, .lost("never_sent"))
        }
        busyCount = 0
        endIfDone()
    }

    // MARK: - Inside

    private func wake() {
        let now = MonotonicClock.now()
        guard !isStopped else { return }
        if schedule == nil { startLanes(at: now) } else { startArrivals(at: now) }
    }

    /// Closed loop: those whose turn it is.
    private func startLanes(at now: UInt64) {
        while busyCount < lanes.count, lanesStarted < lanes.count {
            let moment = start + plan.ramp * UInt64(lanesStarted) / UInt64(max(1, lanes.count))
            guard moment <= now else {
                timer?.set(at: moment)
                return
            }
            let lane = lanes[lanesStarted]
            lanesStarted += 1
            busyCount += 1
            lane.begin(intended: nil, at: now)
        }
    }

    /// Open loop: all that are due.
    private func startArrivals(at now: UInt64) {
        while let moment = due, moment <= now {
            takeNextArrival()
            if let index = idle.popLast() {
                busyCount += 1
                lanes[index].begin(intended: moment, at: now)
            } else if !backlog.append(moment) {
                recorder.record(kind: 0, intended: moment, finished: now, .lost("backlog_full"))
            }
        }
        if let due {
            timer?.set(at: max(due, now + Self.restNanoseconds))
        } else {
            endIfDone()
        }
    }

    /// Arrivals closer than this start together: a wake-up for each would cost more than the requests.
    private static let restNanoseconds: UInt64 = 50_000

    private func takeNextArrival() {
        due = schedule?.next().map { start + MonotonicClock.nanoseconds($0) }
    }

    private func becameIdle(_ lane: Lane, _ now: UInt64) {
        if schedule == nil {
            if !isStopped, !isFinished { return lane.begin(intended: nil, at: now) }
        } else {
            if let moment = backlog.popFirst() { return lane.begin(intended: moment, at: now) }
            idle.append(lane.number)
        }
        busyCount -= 1
        endIfDone()
    }

    /// The workload has nothing for this lane any more.
    private func ranDry(_ lane: Lane) {
        isFinished = true
        busyCount -= 1
        if schedule != nil {
            due = nil
            _ = backlog.drain()
        }
        endIfDone()
    }

    private func endIfDone() {
        let isOver = isStopped || isFinished || (schedule != nil && due == nil && timer != nil)
        guard isOver, busyCount == 0, backlog.count == 0, let onEnd else { return }
        self.onEnd = nil
        timer?.close()
        timer = nil
        for lane in lanes { lane.abandon(counted: false, at: 0) }
        onEnd()
    }
}
