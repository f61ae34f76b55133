import Testing

@testable import WeChatSimulator

@Suite struct `The book of access_tokens` {
    private var book = AccessTokenBook()
    private var generator = SeededGenerator(seed: 1)

    private mutating func issue(
        _ kind: AccessTokenKind,
        at now: UnixTime = start,
        appid: String = "wx1",
        lifetime: Duration = .seconds(7200),
        overlap: Duration = AccessTokenBook.overlap
    ) -> String {
        book.issue(kind, appid: appid, lifetime: lifetime, overlap: overlap, at: now, using: &generator).token
    }

    @Test mutating func `a token works for its lifetime, then it has expired`() {
        let token = issue(.legacy)
        #expect(book.judge(token, at: start + .milliseconds(7_199_999)) == .valid)
        #expect(book.judge(token, at: start + .seconds(7200)) == .expired)
        #expect(book.judge("x", at: start) == .unknown)
        #expect(book.appid(of: token) == "wx1")
        #expect(book.appid(of: "x") == nil)
        let brief = issue(.stable, lifetime: .seconds(10))
        #expect(book.judge(brief, at: start + .seconds(10)) == .expired)
    }

    @Test mutating func `a token works for 300 seconds after the next one`() {
        let first = issue(.legacy)
        let second = issue(.legacy, at: start + .seconds(100))
        #expect(first != second)
        #expect(book.judge(first, at: start + .milliseconds(399_999)) == .valid)
        #expect(book.judge(first, at: start + .seconds(400)) == .superseded)
        #expect(book.judge(second, at: start + .seconds(400)) == .valid)
    }

    @Test mutating func `a token that expired before the next one stays expired`() {
        let first = issue(.legacy)
        _ = issue(.legacy, at: start + .seconds(7200))
        #expect(book.judge(first, at: start + .seconds(7200)) == .expired)
    }

    @Test mutating func `a stable token is given again until its last 300 seconds, with the true rest`() {
        #expect(book.repeatable(appid: "wx1", at: start) == nil)
        let first = issue(.stable)
        #expect(book.repeatable(appid: "wx1", at: start + .milliseconds(5_000_500))?.expiresIn == 2199)
        #expect(
            book.repeatable(appid: "wx1", at: start + .milliseconds(6_899_999))
                == AccessTokenBook.Issued(token: first, expiresIn: 300)
        )
        #expect(book.repeatable(appid: "wx1", at: start + .seconds(6900)) == nil)
        #expect(book.repeatable(appid: "wx2", at: start) == nil)
        _ = issue(.stable, at: start + .seconds(6900), lifetime: .seconds(300))
        #expect(book.repeatable(appid: "wx1", at: start + .seconds(6900)) == nil)
    }

    @Test mutating func `without overlap the one before is dead at once`() {
        let first = issue(.stable)
        _ = issue(.stable, overlap: .zero)
        #expect(book.judge(first, at: start) == .superseded)
    }

    @Test mutating func `those before the current one can be ended, and what ended before keeps its end`() {
        let expired = issue(.stable, lifetime: .seconds(1))
        let first = issue(.stable, at: start + .seconds(2))
        let second = issue(.stable, at: start + .seconds(2))
        book.endPredecessors(of: .stable, appid: "wx1", at: start + .seconds(2))
        #expect(book.judge(expired, at: start + .seconds(2)) == .expired)
        #expect(book.judge(first, at: start + .seconds(2)) == .superseded)
        #expect(book.judge(second, at: start + .seconds(2)) == .valid)
    }

    @Test mutating func `a killed token is refused as a replaced one is, and is given again all the same`() {
        #expect(book.killCurrent(.stable, appid: "wx1", at: start) == false)
        let token = issue(.stable)
        let later = start + .seconds(10)
        #expect(book.killCurrent(.stable, appid: "wx1", at: later) == true)
        #expect(book.judge(token, at: start + .milliseconds(9999)) == .valid)
        #expect(book.judge(token, at: later) == .superseded)
        #expect(book.judge(token, at: start + .seconds(7200)) == .superseded)
        #expect(book.repeatable(appid: "wx1", at: later)?.token == token)
        #expect(book.killCurrent(.stable, appid: "wx1", at: later) == false)
        // Its successor gives it no time of grace.
        _ = issue(.stable, at: later)
        #expect(book.judge(token, at: later) == .superseded)
    }

    @Test mutating func `it tells how the tokens stand`() {
        #expect(
            book.status(.legacy, appid: "wx1", at: start)
                == AccessTokenStatus(token: nil, expiresIn: 0, works: false, working: 0)
        )
        _ = issue(.legacy)
        let second = issue(.legacy, at: start + .seconds(100))
        #expect(
            book.status(.legacy, appid: "wx1", at: start + .seconds(100))
                == AccessTokenStatus(token: second, expiresIn: 7200, works: true, working: 2)
        )
        _ = book.killCurrent(.legacy, appid: "wx1", at: start + .seconds(400))
        #expect(
            book.status(.legacy, appid: "wx1", at: start + .seconds(400))
                == AccessTokenStatus(token: second, expiresIn: 6900, works: false, working: 0)
        )
        #expect(book.status(.legacy, appid: "wx1", at: start + .seconds(7300)).token == nil)
        #expect(!"\(book.status(.legacy, appid: "wx1", at: start))".contains(second))
    }

    @Test mutating func `apps and endpoints know nothing of each other`() {
        let token = issue(.stable)
        _ = issue(.legacy)
        let other = issue(.legacy, appid: "wx2")
        _ = issue(.legacy)
        #expect(book.judge(token, at: start + .seconds(301)) == .valid)
        #expect(book.judge(other, at: start + .seconds(301)) == .valid)
    }

    @Test mutating func `dead tokens are forgotten after a day`() {
        let first = issue(.legacy)
        let end: Duration = .seconds(7200)
        _ = issue(.legacy, at: start + end + .seconds(86_400))
        #expect(book.judge(first, at: start + end + .seconds(86_400)) == .expired)
        _ = issue(.legacy, at: start + end + .seconds(86_401))
        #expect(book.judge(first, at: start + end + .seconds(86_401)) == .unknown)
    }

    @Test mutating func `only so many tokens are remembered, living ones included`() {
        let first = issue(.legacy)
        let second = issue(.legacy)
        for _ in 2..<AccessTokenBook.keptMax { _ = issue(.legacy) }
        #expect(book.judge(first, at: start) == .valid)
        _ = issue(.legacy)
        #expect(book.judge(first, at: start) == .unknown)
        #expect(book.judge(second, at: start) == .valid)
    }
}
