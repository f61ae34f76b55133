import Testing
import WeChat

@testable import Gateway

@Suite struct WeChatCallMetricsTests {
    private static let requests = "wxgate_wechat_requests_total"
    private let fixture: MetricsFixture
    private let app: AppID
    private let otherApp: AppID

    init() throws {
        fixture = try MetricsFixture()
        app = try #require(AppID(MetricsFixture.appID))
        otherApp = try #require(AppID(MetricsFixture.otherAppID))
    }

    private func ended(
        _ endpoint: WeChatEndpoint,
        _ app: AppID?,
        _ outcome: WeChatCallOutcome,
        _ milliseconds: UInt64 = 0
    ) {
        fixture.metrics.weChatCalls.ended(endpoint, app: app, outcome: outcome, milliseconds: milliseconds)
    }

    @Test func `what is expected of each app and call is there with 0 before it happens`() {
        let samples = fixture.samples(Self.requests)
        #expect(samples.count == 2 * WeChatEndpoint.allCases.count * 4)
        #expect(samples.allSatisfy { $0.hasSuffix("} 0") })
        for appID in [MetricsFixture.appID, MetricsFixture.otherAppID] {
            for errcode in ["-1", "0", "timeout", "connection"] {
                #expect(samples.contains(#"{api="jscode2session",appid="\#(appID)",errcode="\#(errcode)"} 0"#))
            }
        }
    }

    @Test func `a request is counted for its app, its call and its outcome, and for nothing else`() {
        ended(.jscode2session, app, .success)
        ended(.jscode2session, app, .success)
        ended(.stableToken, otherApp, .success)
        ended(.jscode2session, otherApp, .refused(errcode: 40029))
        ended(.jscode2session, otherApp, .refused(errcode: 40029))
        ended(.userPhoneNumber, app, .timeout)
        #expect(
            fixture.moved(Self.requests) == [
                #"{api="getuserphonenumber",appid="wxa1",errcode="timeout"} 1"#,
                #"{api="jscode2session",appid="wxa1",errcode="0"} 2"#,
                #"{api="jscode2session",appid="wxb2",errcode="40029"} 2"#,
                #"{api="stable_token",appid="wxb2",errcode="0"} 1"#,
            ]
        )
    }

    @Test func `an app that is not configured is other`() {
        ended(.apiDomainIP, nil, .success)
        ended(.apiDomainIP, AppID("wx9"), .success)
        ended(.apiDomainIP, AppID("wx9"), .cancelled)
        #expect(
            fixture.moved(Self.requests) == [
                #"{api="get_api_domain_ip",appid="other",errcode="0"} 2"#,
                #"{api="get_api_domain_ip",appid="other",errcode="cancelled"} 1"#,
            ]
        )
    }

    @Test(arguments: [
        (WeChatCallOutcome.timeout, "timeout"), (.connection, "connection"), (.invalidReply, "invalid"),
        (.overloaded, "overloaded"), (.cancelled, "cancelled"), (.refused(errcode: -1), "-1"),
        (.refused(errcode: 40163), "40163"), (.refused(errcode: 89507), "89507"), (.refused(errcode: 87009), "87009"),
        (.refused(errcode: 99999), "other"), (.refused(errcode: 89599), "other"), (.refused(errcode: .min), "other"),
        // An errcode 0 is no refusal; whoever says so anyway is not a success.
        (.refused(errcode: 0), "other"),
    ])
    func `each outcome has its label, and what nobody knows is other`(outcome: WeChatCallOutcome, label: String) {
        for endpoint in WeChatEndpoint.allCases { ended(endpoint, app, outcome) }
        let moved = fixture.moved(Self.requests)
        #expect(moved.count == WeChatEndpoint.allCases.count)
        #expect(moved.allSatisfy { $0.hasSuffix(#"appid="wxa1",errcode="\#(label)"} 1"#) })
    }

    @Test func `every errcode that means something to the gateway has a label of its own`() {
        #expect(Set(WeChatOutcomeLabel.names).count == WeChatOutcomeLabel.names.count)
        let known = (-1...99_999).filter { errcode in
            if case .unexpectedErrcode = WeChatError.refused(WeChatRefusal(errcode: errcode, errmsg: "")) {
                return false
            }
            // Of these WeChat names four.
            return errcode != 0 && !(89500...89599).contains(errcode)
        }
        #expect(known.count > 10)
        for errcode in known + [89501, 89503, 89506, 89507] {
            #expect(WeChatOutcomeLabel.names[WeChatOutcomeLabel.number(of: .refused(errcode: errcode))] == "\(errcode)")
        }
    }

    @Test func `the time of a request stands under its call`() {
        let duration = "wxgate_wechat_request_duration_seconds"
        ended(.jscode2session, app, .success, 40)
        ended(.jscode2session, otherApp, .timeout, 3_000)
        #expect(fixture.moved(duration + "_sum") == [#"{api="jscode2session"} 3.04"#])
        #expect(fixture.samples(duration + "_count").count == WeChatEndpoint.allCases.count)
        #expect(fixture.samples(duration + "_bucket").contains(#"{api="jscode2session",le="0.05"} 1"#))
    }
}
