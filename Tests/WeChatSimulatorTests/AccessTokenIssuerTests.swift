import Testing

@testable import WeChatSimulator

@Suite struct `The issuer of access_tokens` {
    private var issuer = AccessTokenIssuer()
    private var generator = SeededGenerator(seed: 1)
    private var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)

    private mutating func fetch(
        _ kind: AccessTokenKind = .stable,
        isForced: Bool = false,
        at seconds: Int = 0
    ) throws -> String {
        let answer = issuer.answer(kind, isForced: isForced, of: app, at: start + .seconds(seconds), using: &generator)
        guard case .granted(let token, _) = answer else {
            Issue.record("\(answer)")
            return ""
        }
        return token
    }

    private mutating func works(_ token: String, at seconds: Int) -> Bool {
        issuer.refusal(of: token, at: start + .seconds(seconds)) == nil
    }

    @Test mutating func `gives a token the lifetime that the app has now`() {
        app.accessTokens.lifetimeSeconds = 600
        guard case .granted(let first, 600) = issuer.answer(.stable, of: app, at: start, using: &generator) else {
            Issue.record("not granted for 600 seconds")
            return
        }
        app.accessTokens.lifetimeSeconds = 300
        let again = issuer.answer(.stable, of: app, at: start + .seconds(1), using: &generator)
        #expect(again == .granted(token: first, expiresIn: 599))
        #expect(issuer.refusal(of: first, at: start + .seconds(600)) == 42001)
    }

    @Test mutating func `keeps the two kinds of token apart`() throws {
        let stable = try fetch(.stable)
        let legacy = try fetch(.legacy, at: 1)
        #expect(try legacy != stable && fetch(.legacy, at: 2) != legacy)
        #expect(try fetch(.stable, at: 3) == stable)
        _ = try fetch(.stable, isForced: true, at: 4)
        #expect(!works(stable, at: 4) && works(legacy, at: 4))
    }

    @Test mutating func `gives a new stable token each time when it lives 300 seconds or less`() throws {
        app.accessTokens.lifetimeSeconds = 300
        let first = try fetch()
        #expect(try fetch() != first)
        app.accessTokens.lifetimeSeconds = 301
        let third = try fetch()
        #expect(try fetch() == third)
    }

    @Test(arguments: [0, 20])
    mutating func `gives the token before a forced refresh the overlap of the app`(overlap: Int) throws {
        app.accessTokens.forcedOverlapSeconds = overlap
        let first = try fetch()
        _ = try fetch(isForced: true, at: 100)
        #expect(works(first, at: 99 + overlap) == true)
        #expect(works(first, at: 100 + overlap) == false)
    }

    @Test mutating func `kills a leaked token by two forced refreshes whatever the overlap is`() throws {
        app.accessTokens.forcedOverlapSeconds = 300
        let leaked = try fetch()
        _ = try fetch(isForced: true)
        #expect(works(leaked, at: 30) == true)
        let last = try fetch(isForced: true, at: 30)
        #expect(works(leaked, at: 30) == false)
        #expect(works(last, at: 30) == true)
    }

    @Test mutating func `answers a forced call that comes too soon as the app says`() throws {
        let first = try fetch(isForced: true)
        #expect(try fetch(isForced: true, at: 29) == first)
        app.accessTokens.forcedTooSoon = .refused
        let soon = issuer.answer(.stable, isForced: true, of: app, at: start + .seconds(29), using: &generator)
        #expect(soon == .refused(errcode: 45011))
        #expect(try fetch(at: 29) == first)
        app.accessTokens.forcedPerDayMax = 1
        let late = issuer.answer(.stable, isForced: true, of: app, at: start + .seconds(30), using: &generator)
        #expect(late == .refused(errcode: 45009))
        #expect(issuer.counts.forcedGranted == 1)
        #expect(issuer.counts.forcedTooSoon == 2)
        #expect(issuer.counts.forcedExhausted == 1)
        #expect(issuer.counts.issued == [.stable: 1])
        #expect(issuer.counts.sameAgain == 2)
    }

    @Test mutating func `only a forced refresh helps against a token that was killed`() throws {
        let first = try fetch()
        #expect(issuer.kill(.stable, appid: app.appid, at: start) == true)
        #expect(issuer.refusal(of: first, at: start) == 40001)
        #expect(try fetch() == first)
        let second = try fetch(isForced: true)
        #expect(second != first)
        #expect(works(second, at: 0) == true)
    }

    @Test mutating func `counts refused tokens by errcode`() throws {
        let token = try fetch(.legacy)
        #expect(issuer.refusal(of: nil, at: start) == 41001)
        #expect(issuer.refusal(of: "x", at: start) == 40001)
        #expect(issuer.refusal(of: token, at: start + .seconds(7200)) == 42001)
        #expect(issuer.refusal(of: token, at: start) == nil)
        #expect(issuer.counts.refused == [41001: 1, 40001: 1, 42001: 1])
        issuer.resetCounts()
        #expect(issuer.counts == SimulatorCounters.AccessTokens())
    }

    @Test mutating func `lets somebody else fetch within the same quotas, and counts it apart`() throws {
        app.accessTokens.legacyPerDayMax = 2
        let ours = try fetch(.legacy)
        for _ in 0..<2 {
            let answer = issuer.fetchAsRival(.legacy, isForced: false, of: app, at: start, using: &generator)
            guard case .granted = answer else {
                Issue.record("\(answer)")
                continue
            }
        }
        #expect(
            issuer.fetchAsRival(.legacy, isForced: false, of: app, at: start, using: &generator)
                == .refused(errcode: 45009)
        )
        #expect(issuer.callsToday(.legacy, appid: app.appid, at: start) == 2)
        #expect(works(ours, at: 300) == false)
        app.isFrozen = true
        #expect(
            issuer.fetchAsRival(.stable, isForced: true, of: app, at: start, using: &generator)
                == .refused(errcode: 40243)
        )
        #expect(issuer.counts.rivalFetches == 2)
        #expect(issuer.counts.issued == [.legacy: 1])
        #expect(issuer.counts.forcedGranted == 0)
    }

    @Test mutating func `lets a rival do what was due, at the moments at which it was`() throws {
        app.accessTokens.rival = AccessTokenRules.Rival(everySeconds: 100)
        issuer.restartRival(of: app, at: start)
        let ours = try fetch(.legacy)
        issuer.catchUp(with: app, at: start + .milliseconds(99_999), using: &generator)
        #expect(issuer.counts.rivalFetches == 0)
        // Seen late, but done in time: ours ends 300 seconds after the first fetch of the rival.
        issuer.catchUp(with: app, at: start + .seconds(350), using: &generator)
        #expect(issuer.counts.rivalFetches == 3)
        #expect(works(ours, at: 399) == true)
        #expect(works(ours, at: 400) == false)
        issuer.catchUp(with: app, at: start + .seconds(399), using: &generator)
        #expect(issuer.counts.rivalFetches == 3)
        issuer.catchUp(with: app, at: start + .seconds(400), using: &generator)
        #expect(issuer.counts.rivalFetches == 4)
        app.accessTokens.rival = nil
        issuer.catchUp(with: app, at: start + .seconds(1000), using: &generator)
        #expect(issuer.counts.rivalFetches == 4)
    }

    @Test mutating func `makes up only the first and the last of very many fetches`() throws {
        app.accessTokens.rival = AccessTokenRules.Rival(everySeconds: 1)
        issuer.restartRival(of: app, at: start)
        let ours = try fetch(.legacy)
        issuer.catchUp(with: app, at: start + .seconds(1000), using: &generator)
        #expect(issuer.counts.rivalFetches == AccessTokenIssuer.rivalFetchesMax)
        #expect(works(ours, at: 300) == true)
        #expect(works(ours, at: 301) == false)
        let legacy = issuer.overview(of: app, at: start + .seconds(1000)).legacy
        #expect(legacy.expiresIn == 7200)
        issuer.catchUp(with: app, at: start + .seconds(1001), using: &generator)
        #expect(issuer.counts.rivalFetches == AccessTokenIssuer.rivalFetchesMax + 1)
    }

    @Test mutating func `lets a rival that forces end a stable token, and one that does not leave it alone`() throws {
        app.accessTokens.rival = AccessTokenRules.Rival(everySeconds: 50, kind: .stable)
        issuer.restartRival(of: app, at: start)
        let ours = try fetch()
        issuer.catchUp(with: app, at: start + .seconds(50), using: &generator)
        #expect(works(ours, at: 50) == true)
        app.accessTokens.rival?.forces = true
        issuer.catchUp(with: app, at: start + .seconds(100), using: &generator)
        #expect(works(ours, at: 100) == false)
        #expect(issuer.overview(of: app, at: start + .seconds(100)).forcedToday == 1)
        #expect(issuer.counts.rivalFetches == 2)
    }
}
