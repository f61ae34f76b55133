import Testing

@testable import WeChatSimulator

@Suite struct `The book of access_tokens` {
    private var book = AccessTokenBook()
    private var generator = SeededGenerator(seed: 1)

    private mutating func plain(at now: UnixTime = start, appid: String = "wx1") -> String {
        book.issue(.plain, appid: appid, at: now, using: &generator).token
    }

    private mutating func stable(at now: UnixTime = start) -> AccessTokenBook.Issued {
        book.stableToken(appid: "wx1", at: now, using: &generator)
    }

    @Test mutating func `a token works for two hours, then it has expired`() {
        let token = plain()
        #expect(book.judge(token, at: start + .milliseconds(7_199_999)) == .valid(appid: "wx1"))
        #expect(book.judge(token, at: start + .seconds(7200)) == .expired)
        #expect(book.judge("x", at: start) == .unknown)
    }

    @Test mutating func `a plain token works for 300 seconds after the next one`() {
        let first = plain()
        let second = plain(at: start + .seconds(100))
        #expect(first != second)
        #expect(book.judge(first, at: start + .milliseconds(399_999)) == .valid(appid: "wx1"))
        #expect(book.judge(first, at: start + .seconds(400)) == .superseded)
        #expect(book.judge(second, at: start + .seconds(400)) == .valid(appid: "wx1"))
    }

    @Test mutating func `a token that expired before the next one stays expired`() {
        let first = plain()
        _ = plain(at: start + .seconds(7200))
        #expect(book.judge(first, at: start + .seconds(7200)) == .expired)
    }

    @Test mutating func `a stable token stays until its last 300 seconds, with the true rest`() {
        let first = stable()
        #expect(first.expiresIn == 7200)
        let later = stable(at: start + .milliseconds(5_000_500))
        #expect(later.token == first.token)
        #expect(later.expiresIn == 2199)
        #expect(
            stable(at: start + .milliseconds(6_899_999)) == AccessTokenBook.Issued(token: first.token, expiresIn: 300)
        )
        let second = stable(at: start + .seconds(6900))
        #expect(second.token != first.token)
        #expect(second.expiresIn == 7200)
        #expect(book.judge(first.token, at: start + .milliseconds(7_199_999)) == .valid(appid: "wx1"))
        #expect(book.judge(first.token, at: start + .seconds(7200)) == .superseded)
        #expect(stable(at: start + .seconds(6901)).token == second.token)
    }

    @Test mutating func `without overlap the one before is dead at once`() {
        let first = stable()
        let second = book.issue(.stable, appid: "wx1", overlap: .zero, at: start, using: &generator)
        #expect(book.judge(first.token, at: start) == .superseded)
        #expect(stable() == second)
    }

    @Test mutating func `apps and endpoints know nothing of each other`() {
        let token = stable().token
        _ = plain()
        let other = plain(appid: "wx2")
        _ = plain()
        #expect(book.judge(token, at: start + .seconds(301)) == .valid(appid: "wx1"))
        #expect(book.judge(other, at: start + .seconds(301)) == .valid(appid: "wx2"))
    }

    @Test mutating func `dead tokens are forgotten after a day`() {
        let first = plain()
        let end: Duration = .seconds(7200)
        _ = plain(at: start + end + .seconds(86_400))
        #expect(book.judge(first, at: start + end + .seconds(86_400)) == .expired)
        _ = plain(at: start + end + .seconds(86_401))
        #expect(book.judge(first, at: start + end + .seconds(86_401)) == .unknown)
    }
}

@Suite struct `The quotas of access_tokens` {
    private var quotas = AccessTokenQuotas()

    @Test mutating func `allow 2000 plain tokens a day`() {
        for _ in 0..<2000 { #expect(quotas.takePlain(at: start) == nil) }
        #expect(quotas.takePlain(at: start) == 45009)
        #expect(quotas.takePlain(at: start + .seconds(86_400)) == nil)
    }

    @Test mutating func `allow 10000 stable calls a minute`() {
        for _ in 0..<10_000 { _ = quotas.takeStable(at: start) }
        #expect(quotas.takeStable(at: start) == 45011)
        #expect(quotas.takeStable(at: start + .seconds(60)) == nil)
    }

    @Test mutating func `allow 20 forced refreshes a day, 30 seconds apart`() {
        #expect(quotas.takeForced(at: start) == .granted)
        #expect(quotas.takeForced(at: start + .milliseconds(29_999)) == .tooSoon)
        for index in 1..<20 { #expect(quotas.takeForced(at: start + .seconds(30 * index)) == .granted) }
        #expect(quotas.takeForced(at: start + .seconds(600)) == .exhausted)
        #expect(quotas.takeForced(at: start + .seconds(86_400)) == .granted)
    }
}
