import Testing
import WeChat

@testable import Gateway

/// What a start finds in the store.
@Suite struct AccessTokenMachineRestartTests {
    typealias Fixture = AccessTokenMachineFixture

    private func record(
        _ mode: AccessTokenMode = .stable,
        age: Int64 = 1000,
        left: Int64 = 6200,
        deathFoundBy: AccessTokenUser? = nil
    ) throws -> AccessTokenRecord {
        let kept = KeptAccessToken(
            token: try #require(AccessToken("t1")),
            mode: mode,
            obtainedAt: Fixture.begin - age * 1000,
            expiresAt: Fixture.begin + left * 1000
        )
        return AccessTokenRecord(kept: kept, deathFoundBy: deathFoundBy)
    }

    private func restarted(_ record: AccessTokenRecord, _ mode: AccessTokenMode = .stable) -> Fixture {
        var fixture = Fixture(mode, isStarted: false)
        fixture.start()
        fixture.loaded(record)
        return fixture
    }

    @Test(arguments: AccessTokenMode.allCases)
    func `a good token is served and none is fetched until it is due`(mode: AccessTokenMode) throws {
        var fixture = restarted(try record(mode), mode)
        #expect(fixture.look() == ["load"])
        #expect(fixture.usable(by: .caller) == "t1")
        #expect((5570...5600).contains(try #require(fixture.due)))
    }

    @Test func `a token that is due is served and renewed, one that has ended is not served`() throws {
        var fixture = restarted(try record(age: 6800, left: 400))
        #expect(fixture.look() == ["load", "fetch due"])
        #expect(fixture.usable(by: .caller) == "t1")
        fixture = restarted(try record(age: 7200, left: 0))
        #expect(fixture.look() == ["load", "fetch start"])
        #expect(fixture.usable(by: .ownCall) == nil)
    }

    @Test func `a token of the other mode is served and replaced at once`() throws {
        var fixture = restarted(try record(.legacy))
        #expect(fixture.look() == ["load", "fetch due"])
        #expect(fixture.usable(by: .caller) == "t1")
        try fixture.fetched("s1")
        #expect(fixture.machine.current?.mode == .stable)
    }

    @Test func `a dead token stays dead, also when WeChat hands it out again`() throws {
        var fixture = restarted(try record(deathFoundBy: .caller))
        #expect(fixture.look() == ["load", "fetch death"])
        #expect(fixture.usable(by: .ownCall) == nil)
        try fixture.fetched("t1")
        #expect(fixture.usable(by: .ownCall) == nil)
        fixture.proved(.dead(Fixture.refusal))
        #expect(fixture.look() == ["prove t1", "save first"])
    }

    @Test func `a restart keeps the bucket, which is saved before the call`() throws {
        var fixture = try Fixture.serving(.legacy)
        fixture.wake()
        let saved = try #require(fixture.record)
        #expect(saved.calls.level == 59)
        var again = Fixture(.legacy, isStarted: false)
        again.now = fixture.now
        again.start()
        again.loaded(saved)
        #expect(again.machine.calls.level == 58)
    }

    @Test func `a token from the future counts from now on and is renewed at once`() throws {
        var fixture = restarted(try record(age: -100_000, left: 107_200))
        #expect(fixture.look() == ["load", "fetch due"])
        #expect(fixture.machine.current?.secondsLeft(now: fixture.now) == 7200)
    }

    @Test func `a token that WeChat goes on handing out for days is kept over a restart`() throws {
        var fixture = try Fixture.serving()
        for _ in 0..<30 {
            fixture.pass(7_000)
            fixture.wake()
            try fixture.fetched("t1")
        }
        let saved = try #require(fixture.record)
        var again = Fixture(isStarted: false)
        again.now = fixture.now
        again.start()
        again.loaded(saved)
        #expect(again.usable(by: .caller) == "t1")
    }

    @Test(arguments: [(Int64.min, Int64.max), (0, Int64.max), (5, 4), (0, 1_700_000_090_000)] as [(Int64, Int64)])
    func `a token with impossible times is not taken`(obtainedAt: Int64, expiresAt: Int64) throws {
        let token = try #require(AccessToken("t1"))
        let kept = KeptAccessToken(token: token, mode: .stable, obtainedAt: obtainedAt, expiresAt: expiresAt)
        var fixture = restarted(AccessTokenRecord(kept: kept))
        #expect(fixture.look() == ["load", "fetch start"])
        #expect(fixture.usable(by: .ownCall) == nil)
    }
}
