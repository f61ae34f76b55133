import Testing
import WeChat

@testable import Gateway

/// What is waited out after a failure, and by whom.
@Suite struct AccessTokenMachineFailureTests {
    typealias Fixture = AccessTokenMachineFixture

    private static func refused(_ errcode: Int) -> WeChatError {
        .refused(WeChatRefusal(errcode: errcode, errmsg: ""))
    }

    /// Seconds to the next try, after each of ten failures.
    private func pauses(_ error: WeChatError) throws -> [Double] {
        var fixture = Fixture(.legacy)
        return try (0..<10).map { _ in
            fixture.failed(error)
            defer { fixture.wake() }
            return Double(try #require(fixture.wakeAt) - fixture.now) / 1000
        }
    }

    @Test(arguments: [
        WeChatError.timeout, .connection(reason: "refused"), .invalidReply(reason: "x"), Fixture.busy, .overloaded,
    ])
    func `what may pass by itself is tried again after one second, then two, up to a minute`(error: WeChatError) throws
    {
        for (pause, base) in zip(try pauses(error), [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]) {
            #expect((Double(base)...Double(base) * 1.5).contains(pause))
        }
    }

    @Test(arguments: [40164, 40125, 40243, 40013, 50002, 50004, 40001, 40002, 12345])
    func `what needs an operator is tried again after ten seconds, up to five minutes`(errcode: Int) throws {
        for (pause, base) in zip(try pauses(Self.refused(errcode)), [10, 20, 40, 80, 160, 300, 300]) {
            #expect((Double(base)...Double(base) + min(Double(base) / 2, 30)).contains(pause))
        }
    }

    @Test(arguments: [(89501, 300), (89503, 300), (89507, 3600), (89506, 86_400)])
    func `an administrator is given his time`(errcode: Int, seconds: Int) throws {
        for pause in try pauses(Self.refused(errcode)) {
            #expect((Double(seconds)...Double(seconds) + 30).contains(pause))
        }
    }

    @Test func `a minute's quota is waited for to the next minute, a day's to midnight in Beijing or an hour`() throws {
        var fixture = Fixture()
        fixture.now = 1_700_000_000_000 / 60_000 * 60_000 + 45_000
        fixture.failed(Self.refused(45011))
        #expect((15...16).contains(try #require(fixture.due)))
        fixture.wake()
        fixture.failed(Self.refused(45009))
        #expect((3600...3601).contains(try #require(fixture.due)))
        fixture.wake()
        // 23:59 in Beijing.
        fixture.now = (1_700_000_000_000 / 86_400_000 + 1) * 86_400_000 + 16 * 3_600_000 - 60_000
        fixture.failed(Self.refused(45009))
        #expect((60...61).contains(try #require(fixture.due)))
    }

    @Test func `while a good token is there a failure shows to nobody`() throws {
        var fixture = try Fixture.serving(.legacy)
        fixture.wake()
        for _ in 0..<8 {
            fixture.failed(.timeout)
            #expect(fixture.phase == .retrying)
            fixture.ask(by: .caller, "a")
            #expect(fixture.look().last == "a: t1")
            fixture.wake()
        }
        try fixture.fetched("t2")
        #expect(fixture.phase == .fresh)
    }

    @Test func `who waits is told of the failure; who comes right after it, too; who comes later makes the next try`()
        throws
    {
        var fixture = Fixture()
        for _ in 0..<7 {
            fixture.failed(.timeout)
            fixture.wake()
        }
        fixture.ask(by: .caller, "a")
        _ = fixture.look()
        fixture.failed(.timeout)
        #expect(fixture.look().first?.hasPrefix("a: none after ") == true)
        fixture.pass(1)
        fixture.ask(by: .caller, "b")
        #expect(fixture.look() == ["b: none after 1"])
        #expect(fixture.due == 1)
        fixture.pass(1)
        fixture.ask(by: .caller, "c")
        #expect(fixture.look() == ["fetch demand"])
    }

    @Test func `what needs an operator is not tried sooner because somebody asks`() {
        var fixture = Fixture()
        fixture.failed(Self.refused(40125))
        fixture.pass(5)
        fixture.ask(by: .caller, "a")
        #expect(fixture.look().dropFirst(2).map { String($0.prefix(13)) } == ["a: none after"])
    }

    @Test func `the store's silence is an ordinary failure, and nothing is fetched before it speaks`() throws {
        var fixture = Fixture(isStarted: false)
        fixture.start()
        fixture.ask(by: .caller, "a")
        fixture.loadFailed()
        #expect(fixture.look() == ["load", "a: none after 2"])
        fixture.wake()
        #expect(fixture.look() == ["load"])
        fixture.loaded(nil)
        #expect(fixture.look() == ["fetch start"])
    }

    @Test func `failures use up the bucket and then one call a minute`() throws {
        var fixture = Fixture(.legacy)
        var fetches = 1
        for _ in 0..<3600 {
            if fixture.machine.operation != nil { fixture.failed(.timeout) }
            fixture.pass(2)
            fixture.ask(by: .caller, "a")
            fetches += fixture.look().filter { $0.hasPrefix("fetch") }.count
        }
        #expect((150...181).contains(fetches))
    }

    @Test func `a pause ends when the clock is set back`() {
        var fixture = Fixture()
        fixture.failed(Self.refused(89506))
        fixture.now -= 3_600_000
        _ = fixture.look()
        _ = fixture.machine.wake(now: fixture.now)
        #expect(fixture.phase == .fetching)
    }

    @Test func `a failed fetch within an inquiry does not keep the token from being proven`() throws {
        var fixture = try Fixture.serving()
        try fixture.report("t1", by: .ownCall, "a")
        fixture.failed(.timeout)
        #expect(fixture.look() == ["fetch death", "prove t1"])
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["died t1", "a: t1 same after 2"])
        #expect(fixture.usable(by: .ownCall) == nil)
    }
}
