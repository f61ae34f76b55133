import FoundationEssentials

/// Puts together what the parts of a run found.
struct ResultAssembly {
    let scenario: any Scenario
    let options: RunOptions
    let observer: RunObserver
    private let outcomes: [WorkerOutcome]
    private let isInterrupted: Bool

    init(
        _ scenario: any Scenario,
        _ options: RunOptions,
        _ observer: RunObserver,
        _ outcomes: [WorkerOutcome],
        isInterrupted: Bool
    ) {
        self.scenario = scenario
        self.options = options
        self.observer = observer
        self.outcomes = outcomes
        self.isInterrupted = isInterrupted
    }

    func result(notes: [Note]) -> RunResult {
        let phases = self.phases()
        let conclusions = scenario.conclusions(phases)
        var wrong = WrongExamples()
        for outcome in outcomes { wrong.add(outcome.wrong) }
        return RunResult(
            version: Version.current,
            scenario: scenario.name,
            startedAt: Date.now.ISO8601Format(),
            interrupted: isInterrupted,
            host: .current(),
            options: options.described.merging(scenario.settings) { $1 },
            phases: phases,
            series: observer.series,
            limits: limits() + conclusions.limits,
            notes: notes + conclusions.notes,
            wrongReplies: wrong.texts,
            generator: generator(),
            peer: peer()
        )
    }

    private func tally(_ phase: Int, _ kind: Int) -> Tally {
        var sum = Tally()
        for outcome in outcomes where phase < outcome.totals.count { sum.add(outcome.totals[phase][kind]) }
        return sum
    }

    /// Phases of one name are the turns of one.
    private func phases() -> [PhaseResult] {
        var names: [String] = []
        for mark in observer.marks.dropLast() where !names.contains(name(mark)) { names.append(name(mark)) }
        return names.map { name in
            phase(observer.marks.dropLast().indices.filter { self.name(observer.marks[$0]) == name })
        }
    }

    func name(_ mark: RunObserver.Mark) -> String { scenario.phases[mark.phase].name }

    private func phase(_ turns: [Int]) -> PhaseResult {
        let (first, last) = (observer.marks[turns[0]], observer.marks[turns[turns.count - 1] + 1])
        let phase = scenario.phases[first.phase]
        let seconds = turns.reduce(0.0) { $0 + self.seconds($1) }
        let isPeers = phase.name == Phase.peer
        var kinds: [KindResult] = []
        // What follows a request that ended in the other's turn belongs to neither.
        for (index, kind) in scenario.kinds.enumerated() {
            guard kind.isPeers == isPeers || !phase.isMeasured && !isPeers && options.peer != nil else { continue }
            var tally = Tally()
            for turn in turns { tally.add(self.tally(observer.marks[turn].phase, index)) }
            kinds.append(
                KindResult(
                    name: kind.name,
                    counted: kind.isCounted,
                    count: tally.count,
                    perSecond: seconds > 0 ? Double(tally.count) / seconds : 0,
                    errors: tally.errors,
                    latency: LatencyResult(tally)
                )
            )
        }
        return PhaseResult(
            name: phase.name,
            measured: phase.isMeasured,
            startSeconds: MonotonicClock.seconds(first.moment - (observer.timeline?.start ?? first.moment)),
            seconds: seconds,
            kinds: kinds,
            gateway: isPeers ? nil : gateway(turns, from: first, to: last)
        )
    }

    func seconds(_ turn: Int) -> Double {
        MonotonicClock.seconds(observer.marks[turn + 1].moment - observer.marks[turn].moment)
    }

    private func gateway(_ turns: [Int], from first: RunObserver.Mark, to last: RunObserver.Mark) -> GatewayUsage? {
        guard let pid = observer.pid, let start = first.gateway, let end = last.gateway else { return nil }
        var (cpu, requests) = (0.0, 0)
        for turn in turns {
            guard let before = observer.marks[turn].gateway, let after = observer.marks[turn + 1].gateway else {
                return nil
            }
            cpu += after.cpuSeconds - before.cpuSeconds
            requests += count(turn, ofPeer: false)
        }
        return GatewayUsage(
            pid: pid,
            cpuSeconds: cpu,
            cpuMicrosecondsPerRequest: requests > 0 ? cpu / Double(requests) * 1e6 : nil,
            residentBytesAtStart: start.residentBytes,
            residentBytesAtEnd: end.residentBytes
        )
    }

    /// The requests of one turn that the gateway, or the peer, answered.
    func count(_ turn: Int, ofPeer isPeer: Bool) -> Int {
        let kinds = scenario.kinds.indices.filter { scenario.kinds[$0].isPeers == isPeer }
        return kinds.reduce(0) { $0 + tally(observer.marks[turn].phase, $1).count }
    }

    /// The marks between which the measured phases lie.
    private var measuredMarks: [Int] {
        observer.marks.dropLast().indices.filter { scenario.phases[observer.marks[$0].phase].isMeasured }
    }

    private func limits() -> [LimitResult] {
        var sum = Tally()
        var seconds = 0.0
        for mark in measuredMarks {
            seconds += MonotonicClock.seconds(observer.marks[mark + 1].moment - observer.marks[mark].moment)
            for (index, kind) in scenario.kinds.enumerated() where kind.isCounted {
                sum.add(tally(observer.marks[mark].phase, index))
            }
        }
        return options.limits.map {
            $0.check(count: sum.count, errors: sum.errorCount, seconds: seconds) { percentile in
                sum.milliseconds(atPercentile: percentile)
            }
        }
    }

    private func generator() -> GeneratorUsage {
        var (cpu, seconds, requests) = (0.0, 0.0, 0)
        for mark in measuredMarks {
            let (begin, end) = (observer.marks[mark], observer.marks[mark + 1])
            cpu += end.generatorCPUSeconds - begin.generatorCPUSeconds
            seconds += MonotonicClock.seconds(end.moment - begin.moment)
            for kind in scenario.kinds.indices { requests += tally(begin.phase, kind).count }
        }
        return GeneratorUsage(
            cpuSeconds: cpu,
            cpuMicrosecondsPerRequest: requests > 0 ? cpu / Double(requests) * 1e6 : nil,
            busyShare: seconds > 0 ? cpu / seconds / Double(options.loops) : 0
        )
    }
}
