internal import WeChat

/// The fresh codes of one app: how many are fetched when, who gets which, and who is refused.
///
/// Decides without lock, clock, task or I/O. `Waiter` is whatever the shell wakes a request by; every `now` is Unix time in
/// milliseconds and may go back between two calls. The shell reports the end of each fetch, however it ends.
struct QRCodePoolStateMachine<Waiter> {
    typealias Action = QRCodePoolAction<Waiter>

    /// A request that waits.
    struct Waiting {
        let id: Int
        let waiter: Waiter
        /// Of the pool's time.
        let until: Int64
    }

    /// Requests that wait for a code of one app: as many as all fetches in flight serve in a few seconds.
    static var waitersMax: Int { 1_024 }
    /// Fetches under way. WeChat draws a code in 150 to 250 ms, so this many are more than 4,000 a minute.
    static var inFlightMax: Int { 32 }
    /// Fetches under way while the pool is filled at the start and nobody waits: it is in no hurry.
    static var fillingMax: Int { 4 }
    /// Milliseconds after a failure in which nobody may have another try made before its time.
    static var demandPause: Int64 { 2_000 }

    let limits: QRCodePoolLimits
    private var schedule: QRCodeSchedule
    private var time = QRCodeTime()
    private(set) var budget = QRCodeBudget()

    private var isStarted = false
    private var isStopped = false
    /// Codes never expire, so the one that came last may go first.
    private(set) var ready: [FreshCode] = []
    /// In order of arrival, and so of `until`.
    private(set) var waiting: [Waiting] = []
    private(set) var inFlight = 0
    /// Never was full since the start or the last failure.
    private var isFilling = true
    private var readyBytes = 0
    /// The largest picture so far, by which the pool's bytes are bounded before a picture is fetched.
    private var pictureBytes = 0

    /// In a row; those of fetches that flew together count once.
    private(set) var failures = 0
    /// Of all time, as `failures` counts them.
    private var wave = 0
    private(set) var pause: QRCodePause?
    private var lastFailure: WeChatError?
    private var failedAt = Int64.min
    /// What the shell was told last.
    private var setWake: Int64?

    /// - Parameter seed: of the jitter; another one in every process.
    init(limits: QRCodePoolLimits, seed: UInt64) {
        self.limits = limits
        schedule = QRCodeSchedule(seed: seed)
    }

    /// Begins to fetch; once. Who asked before has waited.
    mutating func start(now: Int64) -> [Action] {
        isStarted = true
        return wake(now: now)
    }

    /// Somebody needs a code.
    ///
    /// - Returns: the answer if there is one at once; else an `answer` among the actions, now or later.
    mutating func ask(id: Int, waiter: Waiter, now: Int64) -> (QRCodeAnswer?, [Action]) {
        let at = time.at(now)
        guard !isStopped else { return (.refused(.failed(.cancelled)), []) }
        var actions: [Action] = []
        // Codes are ready only while nobody waits.
        if let code = ready.popLast() {
            readyBytes -= code.picture.bytes.count
            goOn(at, into: &actions)
            return (.code(code), actions)
        }
        guard waiting.count < Self.waitersMax else { return (.refused(.tooManyWait), []) }
        if isResting(at), inFlight == 0, let lastFailure {
            guard pause?.kind != .limited, at - failedAt >= Self.demandPause else {
                return (.refused(.failed(lastFailure)), [])
            }
            pause = nil
        }
        waiting.append(Waiting(id: id, waiter: waiter, until: at + limits.waitMilliseconds))
        goOn(at, into: &actions)
        return (nil, actions)
    }

    /// Somebody who waits has hung up.
    mutating func leave(id: Int) {
        waiting.removeAll { $0.id == id }
    }

    /// A fetch has brought a code.
    mutating func arrived(_ code: FreshCode, of fetch: QRCodeFetch, now: Int64) -> [Action] {
        let at = time.at(now)
        inFlight -= 1
        guard !isStopped else { return [] }
        var actions: [Action] = []
        // What was under way when WeChat began to refuse says nothing about what it would do now.
        if failures > 0, fetch.wave == wave || pause?.kind == .ordinary {
            failures = 0
            pause = nil
            lastFailure = nil
            isFilling = true
            actions.append(.tellRecovered)
        }
        take(code, into: &actions)
        goOn(at, into: &actions)
        return actions
    }

    /// A fetch has brought nothing.
    mutating func failed(_ error: WeChatError, of fetch: QRCodeFetch, now: Int64) -> [Action] {
        let at = time.at(now)
        inFlight -= 1
        guard !isStopped else { return [] }
        var actions: [Action] = []
        let isNews = lastFailure.map { WeChatFailureLog.name(of: $0) != WeChatFailureLog.name(of: error) } ?? true
        if isNews || !waiting.isEmpty { actions.append(.tell(error)) }
        let next = schedule.pause(after: error, count: failures + 1, now: now, time: at)
        let isGraver = next.kind != .ordinary && (pause?.kind ?? .ordinary) == .ordinary
        if fetch.wave == wave || isGraver {
            wave += 1
            failures += 1
            pause = next
            lastFailure = error
            failedAt = at
        }
        goOn(at, into: &actions)
        return actions
    }

    /// Whether a call that WeChat refused for the moment may be made once more; it counts like a fetch.
    mutating func takeRepeat(now: Int64) -> Bool {
        !isStopped && budget.take(at: time.at(now))
    }

    /// The time of the last `wakeAt` has come; earlier or more often does no harm.
    mutating func wake(now: Int64) -> [Action] {
        setWake = nil
        var actions: [Action] = []
        goOn(time.at(now), into: &actions)
        return actions
    }

    /// The gateway stops: nobody waits any longer, and what is under way is for nothing.
    mutating func stop() -> [Action] {
        isStopped = true
        ready = []
        return refuse(waiting.indices, .failed(.cancelled))
    }

    // MARK: - Decisions

    private func isResting(_ at: Int64) -> Bool { pause.map { at < $0.until } ?? false }

    /// Codes that are to be ready: as many as asked for, within the bytes, and always one.
    private var target: Int {
        pictureBytes == 0 ? limits.size : min(limits.size, max(1, limits.bytesMax / pictureBytes))
    }

    private mutating func take(_ code: FreshCode, into actions: inout [Action]) {
        let bytes = code.picture.bytes.count
        pictureBytes = max(pictureBytes, bytes)
        if !waiting.isEmpty {
            actions.append(.answer(waiting.removeFirst().waiter, .code(code)))
        } else if ready.count < target, ready.isEmpty || readyBytes + bytes <= limits.bytesMax {
            ready.append(code)
            readyBytes += bytes
        }
        if ready.count >= target { isFilling = false }
    }

    private mutating func goOn(_ at: Int64, into actions: inout [Action]) {
        let late = waiting.prefix { $0.until <= at }.count
        actions += refuse(0..<late, .failed(.timeout))
        if isStarted, !isStopped {
            fetchMore(at, into: &actions)
            refuseHopeless(at, into: &actions)
        }
        setTimer(at, into: &actions)
    }

    /// Codes that are missing: for who waits, and for the pool.
    private var missing: Int { waiting.count + max(0, target - ready.count) }

    private mutating func fetchMore(_ at: Int64, into actions: inout [Action]) {
        guard !isResting(at) else { return }
        // After a failure one try tells whether WeChat is back.
        let inFlightMax =
            if failures > 0 {
                1
            } else if isFilling {
                max(Self.fillingMax, min(waiting.count, Self.inFlightMax))
            } else {
                Self.inFlightMax
            }
        while inFlight < min(inFlightMax, missing), budget.take(at: at) {
            inFlight += 1
            actions.append(.fetch(QRCodeFetch(wave: wave)))
        }
    }

    /// Who waits for what does not come is told at once.
    private mutating func refuseHopeless(_ at: Int64, into actions: inout [Action]) {
        if isResting(at) {
            if inFlight == 0, let lastFailure { actions += refuse(waiting.indices, .failed(lastFailure)) }
            return
        }
        guard waiting.count > inFlight else { return }
        let next = budget.nextAt(at)
        guard next > at else { return }
        // The first to come get what is under way.
        let refusal = QRCodeRefusal.overBudget(retryAfterSeconds: Int((next - at + 999) / 1000))
        actions += refuse(inFlight..<waiting.count, refusal)
    }

    private mutating func refuse(_ places: Range<Int>, _ refusal: QRCodeRefusal) -> [Action] {
        let refused = waiting[places]
        waiting.removeSubrange(places)
        return refused.map { .answer($0.waiter, .refused(refusal)) }
    }

    private mutating func setTimer(_ at: Int64, into actions: inout [Action]) {
        guard isStarted, !isStopped else { return }
        var next = waiting.first?.until
        if let until = pause?.until, until > at {
            next = min(next ?? until, until)
        } else if missing > inFlight {
            // With room in the budget it is an arrival that goes on, and not the time.
            let room = budget.nextAt(at)
            if room > at { next = min(next ?? room, room) }
        }
        guard let next, next - time.lead != setWake else { return }
        setWake = next - time.lead
        actions.append(.wakeAt(next - time.lead))
    }
}
