import Testing

@testable import wxbench

@Suite struct TallyTests {
    @Test func `percentiles are those of the replies, time-outs among them and refusals not`() {
        var tally = Tally()
        for milliseconds in 1...98 { tally.add(.good, latency: UInt64(milliseconds) * 1_000_000) }
        tally.add(.lost("timeout"), latency: 10_000_000_000)
        tally.add(.wrong("text"), latency: 99_000_000)
        tally.add(.refused("503 overloaded"), latency: 1)
        tally.add(.held, latency: 1)
        #expect(tally.count == 102)
        #expect(tally.errors == ["timeout": 1, "wrong_reply": 1, "503 overloaded": 1])
        #expect(abs((tally.milliseconds(atPercentile: 50) ?? 0) - 50) < 0.1)
        #expect(abs((tally.maxMilliseconds ?? 0) - 10_000) < 10)
    }

    @Test func `nothing measured gives no figure`() {
        var tally = Tally()
        tally.add(.lost("closed"), latency: 5)
        #expect(tally.milliseconds(atPercentile: 99) == nil)
        #expect(LatencyResult(tally) == nil)
        #expect(tally.goodCount == 0)
    }

    @Test func `the ladder climbs, and stops where no request is left`() throws {
        var tally = Tally()
        for number in 1...1000 { tally.add(.good, latency: UInt64(number) * 100_000) }
        let latency = try #require(LatencyResult(tally))
        #expect(latency.ladder.first?[0] == 0)
        #expect(latency.ladder.last?[0] == 100)
        #expect(zip(latency.ladder, latency.ladder.dropFirst()).allSatisfy { $0[0] < $1[0] && $0[1] <= $1[1] })
        let before = try #require(latency.ladder.dropLast().last)
        #expect(before[0] <= 99.9 && before[0] > 99)
    }
}

@Suite struct TimelineTests {
    @Test func `a moment belongs to the phase that it lies in, and to none outside`() {
        let timeline = Timeline([Phase(name: "a", duration: 1), Phase(name: "b", duration: 2)], from: 1000)
        #expect(timeline.phase(at: 999) == nil)
        #expect(timeline.phase(at: 1000) == 0)
        #expect(timeline.phase(at: 1_000_001_000) == 1)
        #expect(timeline.phase(at: 3_000_001_000) == 1)
        #expect(timeline.phase(at: 3_000_001_001) == nil)
        #expect(timeline.beginning(of: 1) == 1_000_001_000)
    }
}

@Suite struct RecorderTests {
    @Test func `a request counts in the phase in which it was meant to start`() {
        let recorder = Recorder(kinds: [KindOfRequest(name: "a"), KindOfRequest(name: "b", isCounted: false)])
        recorder.record(kind: 0, intended: 5, finished: 6, .good)
        recorder.begin(Timeline([Phase(name: "x", duration: 1), Phase(name: "y", duration: 1)], from: 1000))
        recorder.record(kind: 0, intended: 999, finished: 2000, .good)
        recorder.record(kind: 0, intended: 1000, finished: 1_500_000_000, .good)
        recorder.record(kind: 1, intended: 1_500_000_000, finished: 1_600_000_000, .wrong("no"))
        #expect(recorder.totals.map { $0.map(\.count) } == [[1, 0], [0, 1]])
        let intervals = [recorder.takeInterval(), recorder.takeInterval()]
        #expect(intervals.map(\.count) == [1, 0])
        #expect(recorder.examples.texts == ["b: no"])
    }
}
