import Testing
import WeChat

@testable import Gateway

/// Tokens that die early, and those that are only said to be dead.
@Suite struct AccessTokenMachineDeathTests {
    typealias Fixture = AccessTokenMachineFixture

    @Test func `a token that was just found alive may die at once, and the next report finds it`() throws {
        for user in [AccessTokenUser.caller, .ownCall] {
            var fixture = try Fixture.serving(.legacy)
            try fixture.report("t1", by: user, "a")
            try fixture.report("t1", by: user, "b")
            fixture.proved(.alive)
            #expect(fixture.look() == ["prove t1", "a: t1 same", "b: t1 same"])
            fixture.now += 1
            try fixture.report("t1", by: user, "c")
            fixture.proved(.dead(Fixture.refusal))
            #expect(fixture.look() == ["prove t1", "died t1", "fetch death"])
        }
    }

    @Test func `a caller whose reports are wrong in a row costs one proof in ten seconds`() throws {
        var fixture = try Fixture.serving(.legacy)
        for _ in 0..<AccessTokenVerdict.freeInRow {
            fixture.now += 1
            try fixture.report("t1", by: .caller, "x")
            fixture.proved(.alive)
            #expect(fixture.look() == ["prove t1", "x: t1 same"])
        }
        fixture.now += 1
        try fixture.report("t1", by: .caller, "a")
        #expect(fixture.look() == ["prove t1"])
        fixture.ask(by: .ownCall, "own")
        #expect(fixture.look() == ["own: t1"])
        fixture.proved(.alive)
        #expect(fixture.look() == ["a: t1 same"])
        fixture.pass(1)
        try fixture.report("t1", by: .ownCall, "own")
        #expect(fixture.look() == ["own: t1 same"])
        fixture.pass(8)
        try fixture.report("t1", by: .caller, "b")
        #expect(fixture.look() == ["b: t1 same"])
        fixture.pass(1)
        try fixture.report("t1", by: .caller, "c")
        #expect(fixture.look() == ["prove t1"])
        fixture.proved(.alive)
        // A quiet minute later it is believed again.
        fixture.pass(61)
        try fixture.report("t1", by: .caller, "d")
        fixture.proved(.alive)
        fixture.now += 1
        try fixture.report("t1", by: .caller, "e")
        #expect(fixture.look() == ["c: t1 same", "prove t1", "d: t1 same", "prove t1"])
    }

    @Test func `callers who are wrong in a row do not outweigh a call of our own that WeChat refused`() throws {
        var fixture = try Fixture.serving(.legacy)
        for _ in 0...AccessTokenVerdict.freeInRow {
            fixture.now += 1
            try fixture.report("t1", by: .caller, "x")
            fixture.proved(.alive)
        }
        _ = fixture.look()
        fixture.pass(2)
        try fixture.report("t1", by: .caller, "caller")
        try fixture.report("t1", by: .ownCall, "own")
        #expect(fixture.look() == ["caller: t1 same", "prove t1"])
    }

    @Test(arguments: [AccessTokenUser.caller, .ownCall])
    func `in legacy mode a dead token is proven, counted and fetched anew`(user: AccessTokenUser) throws {
        var fixture = try Fixture.serving(.legacy)
        try fixture.report("t1", by: user, "a")
        #expect(fixture.look() == ["prove t1"])
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["died t1", "fetch death"])
        #expect(fixture.phase == .dead)
        #expect(fixture.usable(by: .ownCall) == nil)
        try fixture.fetched("t2")
        #expect(fixture.look() == ["a: t2 new"])
    }

    @Test func `in stable mode an own call's report asks plainly first, and another token ends it`() throws {
        var fixture = try Fixture.serving()
        try fixture.report("t1", by: .ownCall, "a")
        #expect(fixture.look() == ["fetch death"])
        try fixture.fetched("t2")
        #expect(fixture.look() == ["died t1", "a: t2 new"])
    }

    @Test func `in stable mode the same token again is proven, then saved, then forced`() throws {
        var fixture = try Fixture.serving()
        try fixture.report("t1", by: .ownCall, "a")
        try fixture.fetched("t1", expiresIn: 7200)
        #expect(fixture.look() == ["fetch death", "prove t1"])
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["died t1", "save first"])
        #expect(fixture.record?.budget.times.count == 1)
        fixture.saved()
        #expect(fixture.look() == ["force"])
        try fixture.fetched("t2")
        #expect(fixture.look() == ["a: t2 new"])
        #expect(fixture.phase == .fresh)
    }

    @Test func `in stable mode a caller's report is proven first, then fetched, then forced`() throws {
        var fixture = try Fixture.serving()
        try fixture.report("t1", by: .caller, "a")
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["prove t1", "died t1", "fetch death"])
        try fixture.fetched("t1")
        #expect(fixture.look() == ["save first"])
        fixture.saved()
        try fixture.fetched("t2")
        #expect(fixture.look() == ["force", "a: t2 new"])
    }

    @Test func `no save, no force; it is tried again`() throws {
        var fixture = try Fixture.dead()
        try fixture.fetched("t1")
        fixture.saved(false)
        #expect(fixture.look() == ["save first", "a: t1 same after 2"])
        #expect(fixture.machine.budget.times.isEmpty)
        fixture.wake()
        try fixture.fetched("t1")
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["fetch death", "prove t1", "save first"])
    }

    @Test func `a token that WeChat takes again is served again and not forced`() throws {
        var fixture = try Fixture.dead()
        fixture.failed(.timeout)
        #expect(fixture.look() == ["a: t1 same after 2"])
        fixture.wake()
        try fixture.fetched("t1")
        fixture.proved(.alive)
        #expect(fixture.look() == ["fetch death", "prove t1"])
        #expect(fixture.usable(by: .caller) == "t1")
    }

    @Test func `an unclear proof fetches plainly once a minute and never forces`() throws {
        for mode in AccessTokenMode.allCases {
            var fixture = try Fixture.serving(mode)
            try fixture.report("t1", by: .caller, "a")
            fixture.proved(.unclear(.invalidReply(reason: "x")))
            #expect(fixture.look() == ["prove t1", "fetch death"])
            try fixture.fetched("t1")
            #expect(fixture.look() == ["a: t1 same after 60"])
            fixture.pass(20)
            try fixture.report("t1", by: .caller, "b")
            #expect(fixture.look() == ["b: t1 same after 40"])
        }
    }

    @Test func `in legacy mode doubt about the next token fetches nothing within the same minute`() throws {
        var fixture = try Fixture.serving(.legacy)
        try fixture.report("t1", by: .caller, "a")
        fixture.proved(.unclear(.invalidReply(reason: "x")))
        try fixture.fetched("t2")
        #expect(fixture.look() == ["prove t1", "fetch death", "a: t2 new"])
        try fixture.report("t2", by: .caller, "b")
        fixture.proved(.unclear(.invalidReply(reason: "x")))
        #expect(fixture.look() == ["prove t2", "b: t2 same after 60"])
    }

    @Test func `without an answer nothing is done, and own calls may ask again`() throws {
        var fixture = try Fixture.serving()
        try fixture.report("t1", by: .caller, "a")
        fixture.proved(.unanswered(.timeout))
        try fixture.report("t1", by: .caller, "b")
        #expect(fixture.look() == ["prove t1", "a: t1 same after 5", "b: t1 same after 5"])
        try fixture.report("t1", by: .ownCall, "c")
        #expect(fixture.look() == ["fetch death"])
    }

    @Test func `an older token is answered at once, a dead current one is not given for it`() throws {
        var fixture = try Fixture.serving()
        try fixture.report("t0", by: .caller, "a")
        #expect(fixture.look() == ["a: t1 same"])
        try fixture.report("t1", by: .caller, "b")
        fixture.proved(.dead(Fixture.refusal))
        try fixture.report("t0", by: .caller, "c")
        _ = fixture.look()
        try fixture.fetched("t2")
        #expect(fixture.look() == ["b: t2 new", "c: t2 same"])
    }

    @Test func `a report without a token speaks of the current one`() throws {
        var fixture = try Fixture.serving()
        try fixture.report(nil, by: .caller, "a")
        #expect(fixture.look() == ["prove t1"])
        fixture.proved(.alive)
        #expect(fixture.look() == ["a: t1 same"])
    }

    @Test func `a token that is dead at its end did not die early`() throws {
        var fixture = try Fixture.serving(.legacy)
        fixture.wake()
        fixture.failed(Fixture.busy)
        try fixture.report("t1", by: .caller, "a")
        fixture.now = try #require(fixture.machine.current?.expiresAt)
        fixture.proved(.dead(Fixture.refusal))
        #expect(!fixture.look().contains("died t1"))
    }

    @Test func `the dead token before this one is not taken for a new one`() throws {
        var fixture = try Fixture.dead(.legacy)
        try fixture.fetched("t2")
        fixture.wake()
        try fixture.fetched("t1")
        #expect(fixture.usable(by: .caller) == "t2")
    }

    @Test func `a report during a renewal joins it, and is looked into when the same token comes back`() throws {
        var fixture = try Fixture.serving(ahead: 3600)
        fixture.wake()
        try fixture.report("t1", by: .caller, "a")
        #expect(fixture.look() == ["fetch due"])
        try fixture.fetched("t1", expiresIn: 3600)
        #expect(fixture.look() == ["prove t1"])
        fixture.proved(.alive)
        #expect(fixture.look() == ["a: t1 same"])
    }

    @Test func `a report while no token is known waits for the first one`() throws {
        var fixture = Fixture()
        _ = fixture.look()
        try fixture.report("t0", by: .caller, "a")
        try fixture.report(nil, by: .caller, "b")
        #expect(fixture.look() == [])
        try fixture.fetched("t1")
        #expect(fixture.look() == ["a: t1 new", "b: t1 new"])
    }
}
