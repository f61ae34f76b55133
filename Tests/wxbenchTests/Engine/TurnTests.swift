import ArgumentParser
import HTTP
import Testing

@testable import wxbench

@Suite struct TurnTests {
    /// Always has a request.
    private final class Eager: Workload {
        func prepare(into request: inout [UInt8], at now: UInt64) -> NextRequest { .request(Ticket(kind: 0)) }
        func judge(_ reply: ParsedResponse, of ticket: Ticket, at now: UInt64) -> Verdict { .good }
    }

    private static let second = MonotonicClock.second

    private static func phases(_ options: [String]) throws -> [Phase] {
        let command = try ExchangeCommand.parse(options)
        return command.scenario(command.runOptions).phases
    }

    @Test func `with a peer both take turns of equal length, after a warm-up of both`() throws {
        let options = ["--warmup", "1s", "--duration", "8s"]
        #expect(try Self.phases(options).map(\.name) == ["warm-up", "run"])
        let phases = try Self.phases(options + ["--peer", "http://127.0.0.1:1", "--peer-pid", "1", "--rounds", "2"])
        #expect(phases.map(\.name) == ["warm-up", "run", "peer", "run", "peer"])
        #expect(phases.map(\.duration) == [1, 2, 2, 2, 2])
        #expect(phases.map(\.isMeasured) == [false, true, false, true, false])
    }

    @Test func `a workload asks in its turn and waits for the next one`() throws {
        let phases = [
            Phase(name: "warm-up", duration: 1, isMeasured: false), Phase(name: Phase.run, duration: 1),
            Phase(name: Phase.peer, duration: 1, isMeasured: false), Phase(name: Phase.run, duration: 1),
        ]
        let timeline = Timeline(phases, from: 100)
        func next(_ isPeer: Bool, _ seconds: UInt64) -> String {
            var request: [UInt8] = []
            let workload = TurnWorkload(Eager(), ofPeer: isPeer, on: timeline)
            switch workload.prepare(into: &request, at: 100 + seconds * Self.second) {
            case .request: return "request"
            case .later(let moment): return "at \((moment - 100) / Self.second)"
            case .finished: return "finished"
            }
        }
        #expect((0..<4).map { next(false, $0) } == ["request", "request", "at 3", "request"])
        #expect((0..<4).map { next(true, $0) } == ["request", "at 2", "request", "finished"])
        #expect(next(false, 5) == "finished")
    }

    @Test(arguments: [
        ["--peer", "http://127.0.0.1:1"], ["--peer-pid", "1"], ["--peer", "127.0.0.1:1", "--peer-pid", "1"],
        ["--peer", "http://127.0.0.1:1", "--peer-pid", "1", "--rate", "5"],
        ["--peer", "http://127.0.0.1:1", "--peer-pid", "1", "--rounds", "0"],
    ])
    func `half a peer, one in an open loop and one without rounds are refused`(options: [String]) {
        #expect(throws: (any Error).self) { try ExchangeCommand.parse(options) }
        #expect(throws: (any Error).self) { try SessionCommand.parse(options) }
    }
}
