import Testing
import WeChat

@testable import Gateway

/// What a pool does while WeChat draws no codes.
@Suite struct QRCodePoolFailureTests {
    typealias Fixture = QRCodeMachineFixture

    /// Lets everything fail for so many tries; the seconds between them, rounded down.
    private func pauses(_ error: WeChatError, _ count: Int, _ fixture: inout Fixture) throws -> [Int64] {
        try fixture.failAll(error)
        return try (0..<count).map { _ in
            let failedAt = fixture.now
            let wake = try #require(fixture.wakeAt)
            fixture.pass(wake - fixture.now)
            #expect(fixture.flying.count == 1)
            let seconds = (fixture.now - failedAt) / 1000
            try fixture.failAll(error)
            return seconds
        }
    }

    @Test func `a failure that may pass is waited out for one second, doubling to a minute and a half at most`() throws
    {
        for error: WeChatError in [
            Fixture.busy, .timeout, .connection(reason: "lost"), .invalidReply(reason: "garbage"), .overloaded,
        ] {
            var fixture = Fixture()
            let pauses = try pauses(error, 8, &fixture)
            for (pause, shortest) in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60] as [Int64]) {
                #expect((shortest...shortest * 3 / 2).contains(pause), "\(error): \(pauses)")
            }
        }
    }

    @Test func `what an operator must act on is waited out for 30 seconds, doubling to five minutes`() throws {
        for error in [Fixture.unpublished, .unexpectedErrcode(WeChatRefusal(errcode: 40097, errmsg: "invalid args"))] {
            var fixture = Fixture()
            let pauses = try pauses(error, 6, &fixture)
            for (pause, shortest) in zip(pauses, [30, 60, 120, 240, 300, 300] as [Int64]) {
                #expect((shortest...shortest * 11 / 10).contains(pause), "\(error): \(pauses)")
            }
        }
    }

    @Test(arguments: [45009, 45011])
    func `a limit is waited out to the next minute, whoever asks`(errcode: Int) throws {
        let error = WeChatError.rateLimited(WeChatRefusal(errcode: errcode, errmsg: "reach max"))
        var fixture = Fixture(size: 1)
        fixture.pass(22_000)
        try fixture.failAll(error)
        fixture.pass(10_000)
        let id = fixture.ask()
        #expect(fixture.refusal(of: id) == .failed(error) && fixture.flying.isEmpty)
        fixture.pass(27_999)
        #expect(fixture.flying.isEmpty)
        fixture.pass(1_001)
        #expect(fixture.flying.count == 1)
        try fixture.arrive()
        #expect(fixture.machine.ready.count == 1)
    }

    @Test func `fetches that failed together are one failure`() throws {
        var fixture = Fixture(size: 4)
        #expect(fixture.flying.count == 4)
        try fixture.failAll(.timeout)
        #expect(fixture.machine.failures == 1)
        fixture.pass(1_500)
        #expect(fixture.flying.count == 1)
    }

    @Test func `who waits is told the error when nothing is under way any more, and not before`() throws {
        var fixture = Fixture(size: 0)
        for _ in 0..<3 { fixture.ask() }
        try fixture.fail(.timeout)
        try fixture.arrive()
        #expect(fixture.served == [1] && fixture.refusal(of: 2) == nil)
        try fixture.failAll(Fixture.unpublished)
        for id in 2...3 { #expect(fixture.refusal(of: id) == .failed(Fixture.unpublished)) }
    }

    @Test func `a fetch that failed among others that did not is made up for at once`() throws {
        var fixture = Fixture(size: 0)
        for _ in 0..<3 { fixture.ask() }
        try fixture.fail(Fixture.busy)
        for _ in 0..<2 { try fixture.arrive() }
        #expect(fixture.served == [1, 2] && fixture.flying.count == 1)
        try fixture.arrive()
        #expect(fixture.served == [1, 2, 3])
    }

    @Test func `during a pause who asks is told the error at once, and brings one try forward every two seconds`()
        throws
    {
        var fixture = Fixture(size: 2)
        try fixture.failAll(Fixture.unpublished)
        fixture.pass(1_999)
        let early = fixture.ask()
        #expect(fixture.refusal(of: early) == .failed(Fixture.unpublished) && fixture.flying.isEmpty)
        fixture.pass(1)
        let first = fixture.ask()
        let second = fixture.ask()
        // One try for all who come meanwhile.
        #expect(fixture.flying.count == 1)
        try fixture.fail(Fixture.unpublished)
        for id in [first, second] { #expect(fixture.refusal(of: id) == .failed(Fixture.unpublished)) }
        fixture.pass(2_000)
        let third = fixture.ask()
        let fourth = fixture.ask()
        try fixture.arrive()
        #expect(fixture.served == [third] && fixture.machine.failures == 0 && fixture.recoveries == 1)
        try fixture.arrive()
        #expect(fixture.served == [third, fourth])
        while !fixture.flying.isEmpty { try fixture.arrive() }
        #expect(fixture.machine.ready.count == 2)
    }

    @Test func `a code that was under way when WeChat began to refuse does not end the pause`() throws {
        for error in [Fixture.minute, Fixture.unpublished] {
            var fixture = Fixture(size: 4)
            try fixture.fail(error)
            try fixture.arrive()
            #expect(fixture.flying.count == 2 && fixture.machine.failures == 1 && fixture.machine.ready.count == 1)
        }
        var passing = Fixture(size: 4)
        try passing.fail(.timeout)
        try passing.arrive()
        #expect(passing.flying.count > 2 && passing.machine.failures == 0)
    }

    @Test func `a graver failure among lighter ones decides the pause`() throws {
        var fixture = Fixture(size: 4)
        try fixture.fail(.timeout)
        try fixture.fail(Fixture.unpublished)
        try fixture.failAll(.timeout)
        #expect(fixture.machine.pause?.kind == .patient)
        fixture.pass(29_000)
        #expect(fixture.flying.isEmpty)
    }

    @Test func `the same trouble is told once while nobody waits, and each time somebody does`() throws {
        var fixture = Fixture()
        _ = try pauses(Fixture.unpublished, 3, &fixture)
        #expect(fixture.logged == [Fixture.unpublished])
        fixture.pass(2_000)
        fixture.ask()
        try fixture.failAll(Fixture.unpublished)
        #expect(fixture.logged == [Fixture.unpublished, Fixture.unpublished])
        fixture.pass(3_000_000)
        try fixture.failAll(.timeout)
        #expect(fixture.logged.last == .timeout)
    }

    @Test func `codes that are ready are handed out while WeChat refuses`() throws {
        var fixture = try Fixture.full(size: 3)
        for _ in 0..<3 {
            fixture.ask()
            try fixture.failAll(Fixture.unpublished)
        }
        #expect(fixture.served == [1, 2, 3])
        fixture.ask()
        #expect(fixture.refusal(of: 4) == .failed(Fixture.unpublished))
    }

    @Test func `a clock that is set back makes no pause and no wait longer`() throws {
        var fixture = Fixture(size: 1)
        try fixture.failAll(Fixture.busy)
        fixture.now -= 3_600_000
        fixture.take(fixture.machine.wake(now: fixture.now))
        let wait = try #require(fixture.wakeAt) - fixture.now
        #expect((0...1_500).contains(wait))
        fixture.pass(1_500)
        #expect(fixture.flying.count == 1)
        let id = fixture.ask()
        fixture.now -= 3_600_000
        fixture.take(fixture.machine.wake(now: fixture.now))
        fixture.pass(4_000)
        #expect(fixture.refusal(of: id) == .failed(.timeout))
    }
}
