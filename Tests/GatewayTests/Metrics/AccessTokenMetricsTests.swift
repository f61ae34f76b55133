import Testing
import WeChat

@testable import Gateway

@Suite struct AccessTokenMetricsTests {
    private static let refreshes = "wxgate_access_token_refreshes_total"
    private static let deaths = "wxgate_access_token_early_deaths_total"
    private static let age = "wxgate_access_token_age_seconds"
    private static let expires = "wxgate_access_token_expires_seconds"
    private static let dead = WeChatRefusal(errcode: 40001, errmsg: "secret-looking text")

    private let fixture: MetricsFixture
    private let token: KeptAccessToken

    init() throws {
        fixture = try MetricsFixture()
        let text = try #require(AccessToken("a-very-secret-token"))
        token = KeptAccessToken(token: text, mode: .stable, obtainedAt: 0, expiresAt: 1)
    }

    private func count(_ events: AccessTokenEvent..., appID: String = MetricsFixture.appID) {
        for event in events { fixture.metrics.accessTokens.count(event, appID: appID) }
    }

    @Test func `all that may be counted of each app is there with 0`() {
        let reasons = AccessTokenFetch.Reason.allCases.count + 1
        #expect(fixture.samples(Self.refreshes).count == 2 * 3 * reasons)
        #expect(fixture.samples(Self.deaths) == [#"{appid="wxa1"} 0"#, #"{appid="wxb2"} 0"#])
        #expect(fixture.moved(Self.refreshes).isEmpty)
    }

    @Test func `a fetch is counted by its reason and result`() {
        let due = AccessTokenFetch(reason: .due, isForced: false)
        count(.fetched(due, isNew: true), .fetched(due, isNew: false), .fetched(due, isNew: false))
        count(.fetchFailed(AccessTokenFetch(reason: .retry, isForced: false), .timeout))
        count(.fetched(AccessTokenFetch(reason: .death, isForced: true), isNew: true))
        count(.fetched(due, isNew: true), appID: MetricsFixture.otherAppID)
        #expect(
            fixture.moved(Self.refreshes) == [
                #"{appid="wxa1",reason="due",result="ok"} 1"#,
                #"{appid="wxa1",reason="due",result="same"} 2"#,
                #"{appid="wxa1",reason="forced",result="ok"} 1"#,
                #"{appid="wxa1",reason="retry",result="error"} 1"#,
                #"{appid="wxb2",reason="due",result="ok"} 1"#,
            ]
        )
    }

    @Test func `a death is counted, and only a death`() {
        count(.aliveAfterAll(.caller), .budgetSpent(until: 5), .diedEarly(token, Self.dead), .diedEarly(token, nil))
        count(.diedEarly(token, nil), appID: "wx-not-configured")
        #expect(fixture.moved(Self.deaths) == [#"{appid="wxa1"} 2"#])
        #expect(fixture.moved(Self.refreshes).isEmpty)
        let text = String(decoding: fixture.metrics.text(), as: UTF8.self)
        #expect(!text.contains("secret") && !text.contains("not-configured"))
    }

    @Test func `age and end of a token are those of the moment, and an app without one ends in 0 seconds`() {
        #expect(fixture.samples(Self.expires) == [#"{appid="wxa1"} 0"#, #"{appid="wxb2"} 0"#])
        #expect(fixture.samples(Self.age).isEmpty)
        let now = fixture.clock.wall.milliseconds
        fixture.metrics.accessTokens.observe { [("wxb2", now - 1_500, now + 7_000_000)] }
        #expect(fixture.samples(Self.expires) == [#"{appid="wxa1"} 0"#, #"{appid="wxb2"} 7000"#])
        #expect(fixture.samples(Self.age) == [#"{appid="wxb2"} 1.5"#])
        fixture.clock.advance(milliseconds: 7_000_500)
        #expect(fixture.samples(Self.expires) == [#"{appid="wxa1"} 0"#, #"{appid="wxb2"} 0"#])
        #expect(fixture.samples(Self.age) == [#"{appid="wxb2"} 7002"#])
    }
}
