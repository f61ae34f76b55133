import ArgumentParser
import Testing

@testable import wxbench

@Suite struct OutageConclusionTests {
    private func conclusions(before: Double?, during: Double?, _ options: [String] = []) throws -> Conclusions {
        func phase(_ name: String, _ p99: Double?) -> PhaseResult {
            var phase = RunResult.sample().phases[0]
            phase.name = name
            phase.kinds[0].name = "check"
            if let p99 { phase.kinds[0].latency?.p99 = p99 } else { phase.kinds[0].latency = nil }
            return phase
        }
        let command = try OutageCommand.parse(options)
        return command.scenario(command.runOptions).conclusions([phase("before", before), phase("during", during)])
    }

    @Test func `both percentiles and their ratio are told`() throws {
        let conclusions = try conclusions(before: 2, during: 3)
        #expect(conclusions.notes.map(\.value) == [2, 3, 1.5])
        #expect(conclusions.limits.isEmpty)
    }

    @Test(arguments: [(4.0, true), (4.1, false)])
    func `a limit of growth is kept or missed`(during: Double, isKept: Bool) throws {
        let limits = try conclusions(before: 2, during: during, ["--p99-growth", "2"]).limits
        #expect(limits.map(\.kept) == [isKept])
        #expect(limits.map(\.name) == ["p99-growth"])
    }

    @Test func `no figure keeps no limit`() throws {
        #expect(try conclusions(before: 2, during: nil, ["--p99-growth", "2"]).limits.map(\.kept) == [false])
        #expect(try conclusions(before: 0, during: 1, ["--p99-growth", "2"]).limits.map(\.kept) == [false])
    }
}
