import Testing

@testable import wxbench

@Suite struct RateProfileTests {
    @Test func `a constant rate spaces arrivals evenly, and ends`() {
        let profile = RateProfile.constant(10, ramp: 0, duration: 2)
        #expect(abs((profile.time(ofArrivals: 1) ?? 0) - 0.1) < 1e-9)
        #expect(abs((profile.time(ofArrivals: 20) ?? 0) - 2) < 1e-9)
        #expect(profile.time(ofArrivals: 20.01) == nil)
    }

    @Test func `a ramp grows linearly to the rate`() {
        // 10 seconds to 100 a second: 500 arrivals, half of the time for a quarter of them.
        let profile = RateProfile.constant(100, ramp: 10, duration: 20)
        #expect(abs((profile.time(ofArrivals: 125) ?? 0) - 5) < 1e-9)
        #expect(abs((profile.time(ofArrivals: 500) ?? 0) - 10) < 1e-9)
        #expect(abs((profile.time(ofArrivals: 600) ?? 0) - 11) < 1e-9)
    }

    @Test func `a day has its busiest hour in the evening and as many arrivals as its curve says`() {
        let profile = RateProfile.day(peak: 100, lead: 0, duration: 24)
        let inAll = zip(profile.points, profile.points.dropFirst()).reduce(0.0) {
            $0 + ($1.0.rate + $1.1.rate) / 2 * ($1.1.time - $1.0.time)
        }
        #expect(profile.points.max { $0.rate < $1.rate }?.time == 20)
        #expect(abs((profile.time(ofArrivals: inAll) ?? 0) - 24) < 1e-6)
        #expect(profile.time(ofArrivals: inAll + 1) == nil)
    }
}

@Suite struct ArrivalScheduleTests {
    @Test func `arrivals of a constant pattern are due one after the other until the end`() {
        var schedule = ArrivalSchedule(.constant(100, ramp: 0, duration: 1), .constant, seed: 1)
        var times: [Double] = []
        while let time = schedule.next() { times.append(time) }
        #expect((99...100).contains(times.count))
        #expect(zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - 0.01) < 1e-9 })
    }

    @Test func `arrivals of a Poisson pattern have the rate in the mean, irregular gaps, and repeat for a seed`() {
        func times(seed: UInt64) -> [Double] {
            var schedule = ArrivalSchedule(.constant(1000, ramp: 0, duration: 20), .poisson, seed: seed)
            var times: [Double] = []
            while let time = schedule.next() { times.append(time) }
            return times
        }
        let first = times(seed: 7)
        // The standard deviation of 20,000 expected arrivals is 141.
        #expect(abs(first.count - 20_000) < 700)
        let gaps = zip(first, first.dropFirst()).map { $1 - $0 }
        let short = Double(gaps.count { $0 < 0.001 }) / Double(gaps.count)
        #expect(abs(short - 0.632) < 0.02)
        #expect(first == times(seed: 7))
        #expect(first != times(seed: 8))
    }
}

@Suite struct BacklogTests {
    @Test func `the oldest comes first, also after many`() {
        var backlog = Backlog()
        for moment in 0..<10_000 where !backlog.append(UInt64(moment)) { Issue.record("full at \(moment)") }
        let first = (0..<9_000).map { _ in backlog.popFirst() }
        #expect(first == (0..<9_000).map { UInt64($0) })
        #expect(backlog.count == 1_000)
        let rest = backlog.drain()
        #expect(rest.first == 9_000 && rest.count == 1_000)
        let none = backlog.popFirst()
        #expect(none == nil)
    }

    @Test func `a full one takes no more`() {
        var backlog = Backlog(limit: 2)
        let taken = [1, 2, 3].map { backlog.append($0) }
        #expect(taken == [true, true, false])
        let oldest = backlog.popFirst()
        let again = backlog.append(4)
        #expect(oldest == 1 && again)
    }
}
