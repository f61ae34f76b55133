import Testing
import WeChat

@testable import Gateway

/// Who gets which code when WeChat draws them.
@Suite struct QRCodePoolMachineTests {
    typealias Fixture = QRCodeMachineFixture

    @Test func `a pool is filled at the start, four at a time, and no further`() throws {
        var fixture = Fixture(size: 6)
        #expect(fixture.flying.count == 4)
        for _ in 0..<2 { try fixture.arrive() }
        #expect(fixture.flying.count == 4)
        for _ in 0..<4 { try fixture.arrive() }
        #expect(fixture.flying.isEmpty && fixture.machine.ready.count == 6)
        fixture.pass(600_000)
        #expect(fixture.fetches == 6)
    }

    @Test func `whoever asks before the start waits for it`() throws {
        var fixture = Fixture(isStarted: false)
        let id = fixture.ask()
        #expect(fixture.flying.isEmpty)
        fixture.take(fixture.machine.start(now: fixture.now))
        try fixture.arrive()
        #expect(fixture.served == [id])
    }

    @Test func `a code that is ready is handed out at once and replaced`() throws {
        var fixture = try Fixture.full(size: 3)
        for number in 1...3 {
            fixture.ask()
            #expect(fixture.served.count == number && fixture.flying.count == number)
        }
        let waiting = fixture.ask()
        #expect(fixture.served == [1, 2, 3] && fixture.flying.count == 4)
        try fixture.arrive()
        #expect(fixture.served.last == waiting && fixture.machine.ready.isEmpty)
        for _ in 0..<3 { try fixture.arrive() }
        #expect(fixture.machine.ready.count == 3 && fixture.flying.isEmpty)
    }

    @Test func `without a pool each asks for its own, in order, and nothing is kept`() throws {
        var fixture = Fixture(size: 0)
        #expect(fixture.flying.isEmpty)
        for _ in 0..<3 { fixture.ask() }
        #expect(fixture.flying.count == 3 && fixture.served.isEmpty)
        for _ in 0..<3 { try fixture.arrive() }
        #expect(fixture.served == [1, 2, 3])
        fixture.ask()
        fixture.leave(4)
        try fixture.arrive()
        #expect(fixture.machine.ready.isEmpty && fixture.served == [1, 2, 3])
    }

    @Test func `at most 32 are fetched at once and at most 1,024 wait`() throws {
        var fixture = Fixture(size: 4)
        for _ in 0..<1_024 { fixture.ask() }
        #expect(fixture.flying.count == 32)
        let refused = fixture.ask()
        #expect(fixture.refusal(of: refused) == .tooManyWait)
        try fixture.arrive()
        #expect(fixture.served == [1] && fixture.flying.count == 32)
        let late = fixture.ask()
        #expect(fixture.refusal(of: late) == nil)
    }

    @Test func `who hangs up is passed over`() throws {
        var fixture = Fixture(size: 0)
        for _ in 0..<3 { fixture.ask() }
        fixture.leave(1)
        fixture.leave(2)
        for _ in 0..<3 { try fixture.arrive() }
        #expect(fixture.served == [3])
    }

    @Test func `nobody waits longer than a call of WeChat and a second`() throws {
        var fixture = Fixture(size: 0)
        let first = fixture.ask()
        fixture.pass(2_000)
        let second = fixture.ask()
        fixture.pass(1_999)
        #expect(fixture.refusal(of: first) == nil)
        fixture.pass(1)
        #expect(fixture.refusal(of: first) == .failed(.timeout))
        #expect(fixture.refusal(of: second) == nil)
        fixture.pass(2_000)
        #expect(fixture.refusal(of: second) == .failed(.timeout))
    }

    @Test func `the pictures of a pool are bounded, but for one code`() throws {
        var fixture = Fixture(size: 16, bytesMax: 1 << 20)
        while !fixture.flying.isEmpty { try fixture.arrive(bytes: 300_000) }
        #expect(fixture.machine.ready.count == 3)
        // Four were on their way before the size of the first was known.
        #expect(fixture.fetches == 4)
        fixture.ask()
        while !fixture.flying.isEmpty { try fixture.arrive(bytes: 300_000) }
        #expect(fixture.machine.ready.count == 3 && fixture.fetches == 5)
        var small = Fixture(size: 16, bytesMax: 1_000)
        while !small.flying.isEmpty { try small.arrive(bytes: 5_000) }
        #expect(small.machine.ready.count == 1)
    }

    @Test func `every pool of a gateway has its part of the bytes`() {
        #expect(QRCodePoolLimits(size: 1, apps: 1, timeoutMilliseconds: 1).bytesMax == 64 << 20)
        #expect(QRCodePoolLimits(size: 1, apps: 64, timeoutMilliseconds: 1).bytesMax == 1 << 20)
    }

    @Test func `a stop refuses who waits and who comes, and takes nothing more`() throws {
        var fixture = Fixture(size: 2)
        for _ in 0..<3 { fixture.ask() }
        fixture.stop()
        fixture.ask()
        for id in 1...4 { #expect(fixture.refusal(of: id) == .failed(.cancelled)) }
        try fixture.arrive()
        try fixture.failAll(Fixture.busy)
        fixture.pass(600_000)
        #expect(fixture.flying.isEmpty && fixture.logged.isEmpty && fixture.machine.ready.isEmpty)
        let isRepeated = fixture.machine.takeRepeat(now: fixture.now)
        #expect(!isRepeated)
    }

    @Test func `above 4,000 in a minute who asks is told when to come again`() throws {
        var fixture = try Fixture.full(size: 1)
        // One every 10 ms: 4,000 of them take 40 s.
        while fixture.fetches < QRCodeBudget.callsMax {
            fixture.ask()
            try fixture.arrive()
            fixture.pass(10)
        }
        #expect(fixture.served.count == QRCodeBudget.callsMax - 1)
        fixture.ask()
        let refused = fixture.ask()
        #expect(fixture.flying.isEmpty)
        guard case .overBudget(let seconds) = fixture.refusal(of: refused) else {
            Issue.record("\(String(describing: fixture.refusal(of: refused)))")
            return
        }
        #expect((20...22).contains(seconds))
        // The pool fills itself as soon as it may, and the refused was told the truth.
        fixture.pass(Int64(seconds) * 1000)
        #expect(fixture.flying.count == 1)
        try fixture.arrive()
        fixture.ask()
        #expect(fixture.served.count == QRCodeBudget.callsMax + 1)
    }

    @Test func `when the budget ends, the first who wait get what is under way`() throws {
        var fixture = Fixture(size: 0)
        for _ in 0..<QRCodeBudget.callsMax - 2 { _ = fixture.machine.takeRepeat(now: fixture.now) }
        for _ in 0..<5 { fixture.ask() }
        #expect(fixture.flying.count == 2)
        for id in 3...5 { #expect(fixture.refusal(of: id) == .overBudget(retryAfterSeconds: 61)) }
        for _ in 0..<2 { try fixture.arrive() }
        #expect(fixture.served == [1, 2])
        let isRepeated = fixture.machine.takeRepeat(now: fixture.now)
        #expect(!isRepeated)
    }
}
