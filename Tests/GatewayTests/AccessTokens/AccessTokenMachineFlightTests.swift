import Testing
import WeChat

@testable import Gateway

/// One operation at a time, whoever asks; who waits, and how long.
@Suite struct AccessTokenMachineFlightTests {
    typealias Fixture = AccessTokenMachineFixture

    @Test func `everybody who comes before the first token waits for one fetch`() throws {
        var fixture = Fixture(isStarted: false)
        fixture.start()
        fixture.ask(by: .caller, "a")
        #expect(fixture.look() == ["load"])
        fixture.loaded(nil)
        fixture.ask(by: .ownCall, "b")
        #expect(fixture.look() == ["fetch start"])
        try fixture.fetched("t1")
        #expect(fixture.look() == ["a: t1", "b: t1"])
    }

    @Test func `a hundred reports of one dead token cause one refresh, and each of them is told of it`() throws {
        var fixture = try Fixture.serving(.legacy)
        for _ in 0..<50 { try fixture.report("t1", by: .caller, "a") }
        fixture.proved(.dead(Fixture.refusal))
        for _ in 0..<50 { try fixture.report("t1", by: .caller, "a") }
        try fixture.fetched("t2")
        let log = fixture.look()
        #expect(log.filter { $0 == "fetch death" }.count == 1)
        #expect(log.filter { $0 == "a: t2 new" }.count == 100)
        try fixture.report("t1", by: .caller, "late")
        #expect(fixture.look() == ["late: t2 same"])
    }

    @Test func `a token that is good to the end is used while a caller's report is looked into`() throws {
        var fixture = try Fixture.serving()
        try fixture.report("t1", by: .caller, "a")
        fixture.ask(by: .ownCall, "b")
        fixture.ask(by: .caller, "c")
        #expect(fixture.look() == ["prove t1", "b: t1", "c: t1"])
    }

    @Test func `whoever needs a token that is proven dead waits for the next one`() throws {
        var fixture = try Fixture.dead()
        fixture.ask(by: .ownCall, "own")
        fixture.ask(by: .caller, "caller")
        #expect(fixture.look() == [])
        try fixture.fetched("t2")
        #expect(fixture.look() == ["a: t2 new", "own: t2", "caller: t2"])
    }

    @Test func `a report of an own call joins a caller's proof and makes its evidence better`() throws {
        var fixture = try Fixture.serving()
        try fixture.report("t1", by: .caller, "a")
        try fixture.report("t1", by: .ownCall, "b")
        #expect(fixture.look() == ["prove t1"])
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.machine.deathFoundBy == .ownCall)
        try fixture.fetched("t2")
        #expect(fixture.look() == ["died t1", "fetch death", "a: t2 new", "b: t2 new"])
    }

    @Test func `who has left is not answered, and what he began goes on`() throws {
        var fixture = Fixture()
        fixture.ask(by: .caller, "a")
        fixture.leaveLast()
        _ = fixture.look()
        try fixture.fetched("t1")
        #expect(fixture.look() == [])
        #expect(fixture.usable(by: .caller) == "t1")
    }

    @Test func `more than 4096 do not wait`() {
        var fixture = Fixture()
        for _ in 0..<4096 { fixture.ask(by: .caller, "a") }
        _ = fixture.look()
        fixture.ask(by: .caller, "b")
        #expect(fixture.look() == ["b: none after 1"])
    }

    @Test func `what was not asked for is not taken`() throws {
        var fixture = try Fixture.serving()
        try fixture.fetched("t9")
        fixture.proved(.dead(Fixture.refusal))
        fixture.saved()
        fixture.loaded(nil)
        #expect(fixture.look() == [])
        #expect(fixture.usable(by: .caller) == "t1")
    }

    @Test func `at the stop everybody is told, nothing begins, and a token that still comes is saved`() throws {
        var fixture = try Fixture.serving(.legacy)
        fixture.wake()
        _ = fixture.look()
        try fixture.report("t1", by: .caller, "a")
        fixture.stop()
        #expect(fixture.look() == ["a: none after 1"])
        #expect(!fixture.machine.isIdle)
        try fixture.fetched("t2")
        #expect(fixture.record?.kept?.token.string == "t2")
        #expect(fixture.machine.isIdle)
        fixture.pass(7200)
        fixture.wake()
        fixture.ask(by: .caller, "b")
        #expect(fixture.look() == ["b: none after 1"])
    }

    @Test func `nothing is forced after the stop`() throws {
        var fixture = try Fixture.dead()
        try fixture.fetched("t1")
        fixture.stop()
        _ = fixture.look()
        fixture.saved()
        #expect(fixture.look() == [])
        #expect(fixture.machine.isIdle)
    }
}
