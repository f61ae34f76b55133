import UV

/// What kind of load a run puts on the gateway. A value; each loop makes its own part of it.
protocol Scenario: Sendable {
    var name: String { get }
    /// All kinds of requests; tickets name them by their place.
    var kinds: [KindOfRequest] { get }
    var phases: [Phase] { get }
    /// What was asked for beyond the options that all scenarios have, for the report.
    var settings: [String: String] { get }

    /// One loop's part. On that loop.
    func makePart(_ context: PartContext) throws(BenchError) -> any ScenarioPart

    /// Before the load, when all parts have set up; what is worth saying of it. On the main loop.
    func prepare(_ stage: any Stage) async throws(BenchError) -> [Note]

    /// A phase begins. On the main loop.
    func enter(_ phase: Phase, _ stage: any Stage) async throws(BenchError)

    /// The load is over, however it ended. On the main loop.
    func cleanUp(_ stage: any Stage) async

    /// What else is worth saying of the run. On the main loop.
    func notes(_ stage: any Stage, findings: [Finding]) -> [Note]

    /// What is to be said of the phases' figures, limits of the scenario's own among it.
    func conclusions(_ phases: [PhaseResult]) -> Conclusions
}

/// What a scenario makes of its figures.
struct Conclusions: Equatable, Sendable {
    var notes: [Note] = []
    var limits: [LimitResult] = []
}

extension Scenario {
    var settings: [String: String] { [:] }
    func prepare(_ stage: any Stage) async throws(BenchError) -> [Note] { [] }
    func enter(_ phase: Phase, _ stage: any Stage) async throws(BenchError) {}
    func cleanUp(_ stage: any Stage) async {}
    func notes(_ stage: any Stage, findings: [Finding]) -> [Note] { [] }
    func conclusions(_ phases: [PhaseResult]) -> Conclusions { Conclusions() }
}

/// One loop's part of a scenario. Loop-confined.
protocol ScenarioPart: AnyObject {
    /// Makes what the load needs, such as logged-in users. Not counted.
    func setUp() async throws(BenchError)

    /// One of the further steps that the scenario's `prepare` calls for.
    func perform(_ step: String) async throws(BenchError)

    /// What puts the load on, made when the phases are known.
    func streams(_ timeline: Timeline) -> [any Load]

    /// Figures of this part that are not latencies.
    var findings: [Finding] { get }

    /// Ends connections that no stream owns.
    func tearDown()
}

extension ScenarioPart {
    func perform(_ step: String) async throws(BenchError) {}
    var findings: [Finding] { [] }
    func tearDown() {}
}

/// A figure of one part that the scenario makes a note of: moments of ``MonotonicClock``, or counts.
struct Finding: Equatable, Sendable {
    var name: String
    var values: [UInt64]
}

/// What a part works with.
struct PartContext {
    let loop: EventLoop
    let dialer: any Dialer
    let simulator: (any Dialer)?
    let peer: (any Dialer)?
    let recorder: Recorder
    let options: RunOptions
    /// This loop's number.
    let index: Int
    /// Tells codes and devices of this run apart from those of all others.
    let runID: String

    /// This loop's share of something that all loops have together; the first ones get what is left over.
    func share(of total: Int) -> Int { Share.of(total, index, options.loops) }
}

/// Divides among loops.
enum Share {
    static func of(_ total: Int, _ index: Int, _ count: Int) -> Int {
        total / count + (index < total % count ? 1 : 0)
    }
}

/// The run as a scenario's main part sees it. On the main loop.
protocol Stage {
    var options: RunOptions { get }
    /// The simulator's control API; nil when it was not named or does not answer.
    var simulator: SimulatorControl? { get }
    /// Has all parts perform a step, one after the other.
    func perform(_ step: String) async throws(BenchError)
    /// Waits until the gateway has nothing to do, as far as its CPU time tells.
    func settle() async
    /// The gateway's resident bytes, exactly; nil where its process is not known.
    func residentBytes() -> Int?
    /// Prints a line for whoever watches.
    func say(_ line: String)
    /// Moments at which phases began, by name.
    func beginning(of phase: String) -> UInt64?
}
