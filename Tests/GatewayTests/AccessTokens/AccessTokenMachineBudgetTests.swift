import Testing
import WeChat

@testable import Gateway

/// Forced refreshes are few: when they are not allowed, and what goes on meanwhile.
@Suite struct AccessTokenMachineBudgetTests {
    typealias Fixture = AccessTokenMachineFixture

    /// Started, serving `t1`, with so many forced refreshes in the last hours, a minute apart.
    private func spent(_ count: Int, ago: Int64 = 3600) throws -> Fixture {
        var fixture = Fixture(isStarted: false)
        fixture.start()
        let times = (0..<Int64(count)).map { fixture.now - (ago + 60 * $0) * 1000 }.reversed()
        fixture.loaded(AccessTokenRecord(kept: nil, budget: ForcedRefreshBudget(times: Array(times))))
        try fixture.fetched("t1")
        _ = fixture.look()
        return fixture
    }

    /// `t1` is found dead by a caller and handed out again.
    private func die(_ fixture: inout Fixture, by user: AccessTokenUser = .caller) throws {
        try fixture.report("t1", by: user, "a")
        if user == .ownCall { try fixture.fetched("t1") }
        fixture.proved(.dead(Fixture.refusal))
        if user == .caller { try fixture.fetched("t1") }
    }

    @Test func `callers may spend fifteen, the rest is for own calls`() throws {
        var fixture = try spent(14)
        try die(&fixture)
        #expect(fixture.look().last == "save first")
        fixture = try spent(15)
        try die(&fixture)
        // The first of the last fifteen was 3,600 and 14 minutes ago.
        #expect(fixture.look().suffix(2) == ["budget spent", "a: t1 same after 82020"])
        #expect(fixture.phase == .budgetSpent)
        fixture = try spent(19)
        try die(&fixture, by: .ownCall)
        #expect(fixture.look().last == "save first")
        fixture = try spent(20)
        try die(&fixture, by: .ownCall)
        #expect(fixture.phase == .budgetSpent)
    }

    @Test func `an own call that cannot use the dead token opens the rest of the budget`() throws {
        var fixture = try spent(15)
        try die(&fixture)
        _ = fixture.look()
        fixture.ask(by: .caller, "b")
        #expect(fixture.look().first?.hasPrefix("b: none after ") == true)
        fixture.ask(by: .ownCall, "c")
        try fixture.fetched("t1")
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["fetch death", "prove t1", "save first"])
        fixture.saved()
        try fixture.fetched("t2")
        #expect(fixture.look() == ["force", "c: t2"])
    }

    @Test func `an own call's report of the dead token does so, too`() throws {
        var fixture = try spent(15)
        try die(&fixture)
        _ = fixture.look()
        try fixture.report("t1", by: .ownCall, "c")
        #expect(fixture.look() == ["fetch death"])
    }

    @Test func `while the budget is spent a plain call is made every minute or so, and takes what others made`() throws
    {
        var fixture = try spent(20)
        try die(&fixture, by: .ownCall)
        _ = fixture.look()
        for _ in 0..<3 {
            #expect((60...90).contains(try #require(fixture.due)))
            fixture.wake()
            try fixture.fetched("t1")
            fixture.proved(.dead(Fixture.refusal))
            #expect(fixture.look() == ["fetch death", "prove t1"])
        }
        fixture.wake()
        try fixture.fetched("t2")
        #expect(fixture.usable(by: .caller) == "t2")
    }

    @Test func `when the time has come it goes on by itself`() throws {
        var fixture = try spent(20, ago: 85_290)
        try die(&fixture, by: .ownCall)
        _ = fixture.look()
        let allowedAt = try #require(fixture.machine.forceAllowedAt)
        #expect(allowedAt - fixture.now <= 60_000)
        #expect(fixture.wakeAt == allowedAt)
        fixture.wake()
        try fixture.fetched("t1")
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["fetch death", "prove t1", "save first"])
    }

    @Test func `a forced call that fails stays spent, and the next try is a plain one`() throws {
        var fixture = try Fixture.dead()
        try fixture.fetched("t1")
        fixture.saved()
        fixture.failed(.timeout)
        #expect(fixture.machine.budget.times.count == 1)
        _ = fixture.look()
        fixture.wake()
        #expect(fixture.look() == ["fetch death"])
        try fixture.fetched("t1")
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["prove t1", "budget spent"])
        #expect((26...31).contains(try #require(fixture.due)))
    }

    @Test func `a forced call that brings the same token counts and is not a refresh`() throws {
        var fixture = try Fixture.dead()
        try fixture.fetched("t1")
        fixture.saved()
        try fixture.fetched("t1")
        #expect(fixture.look() == ["save first", "force", "a: t1 same after 2"])
        #expect(fixture.usable(by: .ownCall) == nil)
        #expect(fixture.machine.budget.times.count == 1)
    }

    @Test func `when WeChat says that its own count is used up, plain calls go on`() throws {
        var fixture = try Fixture.dead()
        try fixture.fetched("t1")
        fixture.saved()
        fixture.failed(.rateLimited(WeChatRefusal(errcode: 45009, errmsg: "day")))
        #expect(fixture.phase == .budgetSpent)
        for _ in 0..<5 {
            #expect(try #require(fixture.due) <= 90)
            fixture.wake()
            try fixture.fetched("t1")
            fixture.proved(.dead(Fixture.refusal))
        }
        #expect(fixture.look().filter { $0 == "save first" }.count == 1)
    }

    @Test func `forced refreshes count from the call and not from the save`() throws {
        var fixture = try Fixture.dead()
        try fixture.fetched("t1")
        fixture.pass(20)
        fixture.saved()
        #expect(fixture.machine.budget.times == [fixture.now])
        fixture.pass(3)
        fixture.failed(.timeout)
        #expect(fixture.machine.budget.times == [fixture.now])
    }
}
