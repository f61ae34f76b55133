import HTTP
import UV

/// One loop's share of a run. Loop-confined.
final class Worker {
    private let context: PartContext
    private let part: any ScenarioPart
    private var streams: [any Load] = []
    private var runningCount = 0

    init(_ scenario: any Scenario, _ context: PartContext) throws(BenchError) {
        self.context = context
        part = try scenario.makePart(context)
    }

    func setUp() async throws(BenchError) { try await part.setUp() }

    func perform(_ step: String) async throws(BenchError) { try await part.perform(step) }

    /// Starts the load at the beginning of the timeline.
    func begin(_ timeline: Timeline) throws(BenchError) {
        context.recorder.begin(timeline)
        streams = part.streams(timeline)
        runningCount = streams.count
        for stream in streams {
            stream.onEnd = { [unowned self] in self.runningCount -= 1 }
            do throws(UVError) { try stream.run(from: timeline.start) } catch {
                throw .system("no timer: \(error)")
            }
        }
    }

    /// What happened since the last call, and whether there is nothing left to do.
    func poll() -> (interval: Tally, isDone: Bool) {
        (context.recorder.takeInterval(), runningCount == 0)
    }

    /// Nothing new starts.
    func stop() {
        for stream in streams { stream.stop() }
    }

    /// Ends what is still under way, and says what there is to say.
    ///
    /// - Parameter isCounted: whether what is still under way counts as lost.
    func finish(counted isCounted: Bool) -> WorkerOutcome {
        for stream in streams { stream.abandon(counted: isCounted) }
        part.tearDown()
        streams = []
        return WorkerOutcome(
            totals: context.recorder.totals,
            wrong: context.recorder.examples,
            findings: part.findings
        )
    }
}

/// What a worker found.
struct WorkerOutcome: Sendable {
    var totals: [[Tally]]
    var wrong: WrongExamples
    var findings: [Finding]
}
