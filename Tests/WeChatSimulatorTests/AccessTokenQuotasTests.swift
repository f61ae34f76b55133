import Testing

@testable import WeChatSimulator

@Suite struct `The quotas of access_tokens` {
    private var quotas = AccessTokenQuotas()
    private var rules = AccessTokenRules()

    @Test mutating func `allow 2000 legacy tokens a day`() {
        for _ in 0..<2000 { #expect(quotas.take(.legacy, under: rules, at: start) == nil) }
        #expect(quotas.take(.legacy, under: rules, at: start) == 45009)
        #expect(quotas.usedToday(.legacy, at: start) == 2000)
        #expect(quotas.usedToday(.legacy, at: start + .seconds(86_400)) == 0)
        #expect(quotas.take(.legacy, under: rules, at: start + .seconds(86_400)) == nil)
    }

    @Test mutating func `allow 10000 stable calls a minute`() {
        for _ in 0..<10_000 { _ = quotas.take(.stable, under: rules, at: start) }
        #expect(quotas.take(.stable, under: rules, at: start) == 45011)
        #expect(quotas.take(.stable, under: rules, at: start + .seconds(60)) == nil)
        #expect(quotas.usedToday(.stable, at: start) == 10_001)
    }

    @Test mutating func `allow 20 forced refreshes a day, 30 seconds apart`() {
        #expect(quotas.takeForced(under: rules, at: start) == .granted)
        #expect(quotas.takeForced(under: rules, at: start + .milliseconds(29_999)) == .tooSoon)
        for index in 1..<20 {
            #expect(quotas.takeForced(under: rules, at: start + .seconds(30 * index)) == .granted)
        }
        #expect(quotas.takeForced(under: rules, at: start + .seconds(600)) == .exhausted)
        #expect(quotas.forcedToday(at: start) == 20)
        #expect(quotas.takeForced(under: rules, at: start + .seconds(86_400)) == .granted)
    }

    @Test mutating func `are the app's own`() {
        rules.legacyPerDayMax = 1
        rules.stablePerDayMax = 2
        rules.forcedPerDayMax = 0
        #expect(quotas.take(.legacy, under: rules, at: start) == nil)
        #expect(quotas.take(.legacy, under: rules, at: start) == 45009)
        for _ in 0..<2 { #expect(quotas.take(.stable, under: rules, at: start) == nil) }
        #expect(quotas.take(.stable, under: rules, at: start) == 45009)
        #expect(quotas.takeForced(under: rules, at: start) == .exhausted)
    }
}
