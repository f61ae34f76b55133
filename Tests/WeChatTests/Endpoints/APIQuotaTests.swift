import Testing
import WeChat

@Suite struct APIQuotaTests {
    private func parse(_ body: String, status: Int = 200) throws(WeChatError) -> APIQuota {
        try APIQuotaReply.parse(status: status, body: Array(body.utf8))
    }

    @Test func `one POST with the path, and the token in the query`() async throws {
        let token = try #require(AccessToken("98_a"))
        let body = #"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":100,"used":20,"remain":80}}"#
        let record = try await record([.reply(body)]) { client, app throws(WeChatError) in
            try await client.apiQuota(app: app, path: "/wxa/getwxacodeunlimit", accessToken: token)
        }
        #expect(try record.outcome.get().daily == APIQuota.Daily(limit: 100, used: 20, remaining: 80))
        #expect(record.requests == ["POST /cgi-bin/openapi/quota/get?access_token=98_a HTTP/1.1"])
        #expect(record.bodies == [#"{"cgi_path":"/wxa/getwxacodeunlimit"}"#])
    }

    @Test func `quota and rate, and what is not ours`() throws {
        let quota = try parse(
            #"""
            {"errcode":0,"errmsg":"ok","quota":{"daily_limit":0,"used":1,"remain":-1},
            "rate_limit":{"call_count":500,"refresh_second":60},
            "component_rate_limit":{"call_count":0,"refresh_second":0}}
            """#
        )
        #expect(quota.daily == APIQuota.Daily(limit: 0, used: 1, remaining: -1))
        #expect(quota.rate == APIQuota.Rate(calls: 500, seconds: 60))
        #expect(try parse(#"{"rate_limit":{"call_count":5,"refresh_second":1}}"#).daily == nil)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "ok", #"{"errcode":0,"errmsg":"ok"}"#, #"{"quota":{"daily_limit":1,"used":0}}"#,
        #"{"quota":{"daily_limit":"1","used":0,"remain":1}}"#, #"{"quota":[]}"#,
    ])
    func `no quota is no answer`(body: String) {
        do throws(WeChatError) {
            _ = try parse(body)
            Issue.record("taken")
        } catch {
            guard case .invalidReply = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `a path that WeChat does not tell a quota of is a refusal`() {
        #expect(throws: WeChatError.unexpectedErrcode(WeChatRefusal(errcode: 76022, errmsg: "no"))) {
            try parse(#"{"errcode":76022,"errmsg":"no"}"#)
        }
    }
}
