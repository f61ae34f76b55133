/// Everything that is known of a run: what `--json` writes and `compare` reads.
struct RunResult: Codable, Equatable, Sendable {
    /// The form of this file; a reader refuses others.
    static let currentSchema = "wxbench/1"

    var schema = RunResult.currentSchema
    /// Of wxbench.
    var version: String
    var scenario: String
    /// RFC 3339.
    var startedAt: String
    /// Ended by a signal before its time.
    var interrupted: Bool
    var host: HostFacts
    /// What was asked for, options and defaults alike.
    var options: [String: String]
    var phases: [PhaseResult]
    var series: [SeriesPoint]
    var limits: [LimitResult]
    var notes: [Note]
    /// A few of the replies that said something wrong.
    var wrongReplies: [String]
    var generator: GeneratorUsage
    /// Absent where there was no peer.
    var peer: PeerResult?

    /// The phases that count.
    var measuredPhases: [PhaseResult] { phases.filter(\.measured) }
}

/// Where a run took place.
struct HostFacts: Codable, Equatable, Sendable {
    var name: String
    var cpus: Int
    var kernel: String
    var architecture: String
}

/// One phase's figures.
struct PhaseResult: Codable, Equatable, Sendable {
    var name: String
    var measured: Bool
    /// Since the start of the load.
    var startSeconds: Double
    /// How long it really was.
    var seconds: Double
    var kinds: [KindResult]
    /// Absent where the gateway's process is not known.
    var gateway: GatewayUsage?
}

/// One kind of request in one phase.
struct KindResult: Codable, Equatable, Sendable {
    var name: String
    /// Whether limits look at it.
    var counted: Bool
    var count: Int
    var perSecond: Double
    /// How often each error occurred.
    var errors: [String: Int]
    /// Absent when nothing was measured.
    var latency: LatencyResult?

    var errorCount: Int { errors.values.reduce(0, +) }
}

/// Milliseconds from the intended start to the last byte of the reply.
struct LatencyResult: Codable, Equatable, Sendable {
    var mean: Double
    var p50: Double
    var p90: Double
    var p99: Double
    var p999: Double
    var max: Double
    /// The curve: pairs of a percentile and its milliseconds.
    var ladder: [[Double]]
}

/// What the gateway's process used in a phase.
struct GatewayUsage: Codable, Equatable, Sendable {
    var pid: Int32
    /// User and system time of all its threads.
    var cpuSeconds: Double
    /// Over all requests of the phase, those of no counted kind among them.
    var cpuMicrosecondsPerRequest: Double?
    var residentBytesAtStart: Int
    var residentBytesAtEnd: Int
}

/// What happened within about a second.
struct SeriesPoint: Codable, Equatable, Sendable {
    /// The end of it, since the start of the load.
    var second: Double
    var phase: String
    /// Requests of counted kinds a second, by when they ended.
    var perSecond: Double
    var errors: Int
    var p50: Double?
    var p99: Double?
    /// The gateway's share of one processor; 2 is two of them.
    var cpu: Double?
    var residentBytes: Int?
}

/// A figure that belongs to one scenario.
struct Note: Codable, Equatable, Sendable {
    var name: String
    var value: Double
    /// `ms`, `s`, `B`, or nothing for a mere number.
    var unit: String

    var text: String {
        switch unit {
        case "B": Figures.bytes(value)
        case "ms", "s": "\(Figures.significant(value)) \(unit)"
        default: Figures.short(value)
        }
    }
}

/// What the load generator itself used: near one processor a loop, it measures itself.
struct GeneratorUsage: Codable, Equatable, Sendable {
    var cpuSeconds: Double
    var cpuMicrosecondsPerRequest: Double?
    /// Of one processor a loop, over the measured phases.
    var busyShare: Double
}
