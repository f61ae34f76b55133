import FoundationEssentials

/// Puts together what the parts of a run found.
struct ResultAssembly {
    private let scenario: any Scenario
    private let options: RunOptions
    private let observer: RunObserver
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
        let phases = observer.marks.dropLast().indices.map(phase)
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
            limits: limits(),
            notes: notes,
            wrongReplies: wrong.texts,
            generator: generator()
        )
    }

    private func tally(_ phase: Int, _ kind: Int) -> Tally {
        var sum = Tally()
        for outcome in outcomes where phase < outcome.totals.count { sum.add(outcome.totals[phase][kind]) }
        return sum
    }

    private func phase(_ mark: Int) -> PhaseResult {
        let (begin, end) = (observer.marks[mark], observer.marks[mark + 1])
        let seconds = MonotonicClock.seconds(end.moment - begin.moment)
        let kinds = scenario.kinds.enumerated().map { index, kind in
            let tally = tally(begin.phase, index)
            return KindResult(
                name: kind.name,
                counted: kind.isCounted,
                count: tally.count,
                perSecond: seconds > 0 ? Double(tally.count) / seconds : 0,
                errors: tally.errors,
                latency: LatencyResult(tally)
            )
        }
        let phase = scenario.phases[begin.phase]
        var usage: GatewayUsage?
        if let pid = observer.pid, let before = begin.gateway, let after = end.gateway {
            let requests = kinds.reduce(0) { $0 + $1.count }
            let cpu = after.cpuSeconds - before.cpuSeconds
            usage = GatewayUsage(
                pid: pid,
                cpuSeconds: cpu,
                cpuMicrosecondsPerRequest: requests > 0 ? cpu / Double(requests) * 1e6 : nil,
                residentBytesAtStart: before.residentBytes,
                residentBytesAtEnd: after.residentBytes
            )
        }
        return PhaseResult(
            name: phase.name,
            measured: phase.isMeasured,
            startSeconds: MonotonicClock.seconds(begin.moment - (observer.timeline?.start ?? begin.moment)),
            seconds: seconds,
            kinds: kinds,
            gateway: usage
        )
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
