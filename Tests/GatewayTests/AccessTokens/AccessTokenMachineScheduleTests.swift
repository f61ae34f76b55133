import Testing
import WeChat

@testable import Gateway

/// When a token is renewed.
@Suite struct AccessTokenMachineScheduleTests {
    typealias Fixture = AccessTokenMachineFixture

    @Test(arguments: [60, 300, 600, 3600])
    func `a token is renewed so many seconds ahead and a little earlier, never later`(ahead: Int) throws {
        var seen: Set<Int64> = []
        for seed in 0..<50 as Range<UInt64> {
            var fixture = Fixture(.legacy, ahead: ahead, seed: seed)
            try fixture.fetched("t1")
            let due = try #require(fixture.wakeAt) - fixture.now
            let latest = Int64(7200 - ahead) * 1000
            #expect((latest - min(Int64(ahead) * 100, 30_000)...latest).contains(due))
            seen.insert(due)
        }
        #expect(seen.count > 30)
    }

    @Test func `the old token is served while the new one is fetched`() throws {
        var fixture = try Fixture.serving(.legacy)
        #expect(fixture.phase == .fresh)
        fixture.wake()
        #expect(fixture.look() == ["fetch due"])
        #expect(fixture.phase == .fetching)
        fixture.ask(by: .caller, "a")
        #expect(fixture.look() == ["a: t1"])
        try fixture.fetched("t2")
        #expect(fixture.usable(by: .caller) == "t2")
    }

    @Test func `a stable token that comes again is asked for in its last five minutes and then every ten seconds`()
        throws
    {
        var fixture = try Fixture.serving(ahead: 3600)
        fixture.wake()
        #expect(fixture.look() == ["fetch due"])
        try fixture.fetched("t1", expiresIn: 3600)
        #expect((3300...3315).contains(try #require(fixture.due)))
        fixture.wake()
        #expect(fixture.look() == ["fetch due"])
        try fixture.fetched("t1", expiresIn: 300)
        #expect((10...15).contains(try #require(fixture.due)))
        fixture.wake()
        try fixture.fetched("t2")
        #expect((3570...3600).contains(try #require(fixture.due)))
    }

    @Test func `a stable token whose end is corrected is served to the corrected end`() throws {
        var fixture = try Fixture.serving()
        fixture.wake()
        try fixture.fetched("t1", expiresIn: 345)
        fixture.pass(284)
        #expect(fixture.usable(by: .caller) == "t1")
        fixture.pass(2)
        #expect(fixture.usable(by: .caller) == nil)
        #expect(fixture.usable(by: .ownCall) == "t1")
        fixture.pass(59)
        #expect(fixture.usable(by: .ownCall) == nil)
    }

    @Test func `a stable token with 345 s left is renewed after half of that`() throws {
        var fixture = Fixture()
        try fixture.fetched("t1", expiresIn: 345)
        #expect(fixture.due == 172)
    }

    @Test(arguments: [1, 2, 19, 59])
    func `however short a token lives, the next one is not fetched within ten seconds`(life: Int) throws {
        var fixture = Fixture(.legacy)
        try fixture.fetched("t1", expiresIn: life)
        #expect(try #require(fixture.due) >= 10)
        #expect(fixture.usable(by: .caller) == nil)
        #expect(fixture.usable(by: .ownCall) == "t1")
    }

    @Test(arguments: [Int.max, 100_000, 86_401])
    func `no token is believed to live longer than a day`(life: Int) throws {
        var fixture = Fixture()
        try fixture.fetched("t1", expiresIn: life)
        #expect(fixture.machine.current?.expiresAt == fixture.now + 86_400_000)
        #expect(try #require(fixture.due) < 86_400)
    }

    @Test func `life is counted from the call and not from its reply`() throws {
        var fixture = Fixture()
        fixture.pass(3)
        try fixture.fetched("t1")
        #expect(fixture.machine.current?.secondsLeft(now: fixture.now) == 7197)
    }

    @Test func `the same legacy token is not called new`() throws {
        var fixture = try Fixture.serving(.legacy)
        fixture.wake()
        try fixture.fetched("t1", expiresIn: 590)
        #expect((290...305).contains(try #require(fixture.due)))
    }

    @Test func `a clock that is set back by an hour takes the end of the token along and asks WeChat`() throws {
        var fixture = try Fixture.serving()
        let end = try #require(fixture.machine.current?.expiresAt)
        fixture.pass(-3600)
        fixture.wake()
        _ = fixture.look()
        fixture.now = Fixture.begin - 3_600_000
        var again = try Fixture.serving()
        again.pass(-3600)
        let woken = again.machine.wake(now: again.now)
        #expect(woken.contains { if case .fetch = $0 { true } else { false } })
        #expect(again.machine.current?.expiresAt == end - 3_600_000)
    }

    @Test func `a clock that jumps far ahead or to the end of time does no harm`() throws {
        for time in [Fixture.begin + 1 << 50, Int64.max / 2, 0] {
            var fixture = try Fixture.serving()
            fixture.now = time
            let woken = fixture.machine.wake(now: time)
            #expect(woken.contains { if case .fetch = $0 { true } else { false } })
            try fixture.fetched("t2")
            #expect(fixture.usable(by: .caller) == "t2")
            #expect(try #require(fixture.wakeAt) <= time + 7_200_000)
        }
    }
}
