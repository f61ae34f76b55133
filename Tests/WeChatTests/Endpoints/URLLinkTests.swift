import Testing
import WeChat

@Suite struct URLLinkTests {
    private func parse(_ body: String, status: Int = 200) throws(WeChatError) -> String {
        try URLLinkReply.parse(status: status, body: Array(body.utf8))
    }

    @Test func `one POST with page, scene and end, and the token in the query`() async throws {
        let token = try #require(AccessToken("98_a"))
        let body = #"{"errcode":0,"errmsg":"ok","url_link":"https:\/\/wxaurl.cn\/TICKET"}"#
        let record = try await record([.reply(body)]) { client, app throws(WeChatError) in
            let parameters = URLLinkParameters(
                path: "pages/login/index",
                query: "scene=abc",
                expiresAt: 1_700_000_180,
                environment: .trial
            )
            return try await client.urlLink(app: app, parameters, accessToken: token)
        }
        #expect(try record.outcome.get() == "https://wxaurl.cn/TICKET")
        #expect(record.requests == ["POST /wxa/generate_urllink?access_token=98_a HTTP/1.1"])
        let sent =
            #"{"env_version":"trial","expire_time":1700000180,"expire_type":0,"path":"pages/login/index","query":"scene=abc"}"#
        #expect(record.bodies == [sent])
    }

    @Test(arguments: [
        "https://wxmpurl.cn/abc", "http://127.0.0.1:9000/phone?link=abc",
        "https://" + String(repeating: "x", count: 1016),
    ])
    func `links that may stand in a page`(link: String) throws {
        #expect(try parse(#"{"url_link":"\#(link)"}"#) == link)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "ok", #"{"errcode":0,"errmsg":"ok"}"#, #"{"url_link":7}"#, #"{"url_link":null}"#,
        #"{"url_link":""}"#, #"{"url_link":"https://"}"#, #"{"url_link":"weixin://dl/business/?t=TICKET"}"#,
        #"{"url_link":"javascript:alert(1)"}"#, #"{"url_link":"https://wxaurl.cn/a b"}"#,
        #"{"url_link":"https://wxaurl.cn/\n"}"#, #"{"url_link":"https://wxaurl.cn/微"}"#,
        #"{"url_link":"https://\#(String(repeating: "x", count: 1017))"}"#,
    ])
    func `no usable link is no answer`(body: String) {
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

    @Test(arguments: [40002, 40013, 40165, 85079, 85401, 85402, 85407, 85408])
    func `what an operator must act on is a misconfiguration`(errcode: Int) {
        let refusal = WeChatRefusal(errcode: errcode, errmsg: "no")
        #expect(throws: WeChatError.misconfigured(refusal)) { try parse(#"{"errcode":\#(errcode),"errmsg":"no"}"#) }
    }

    @Test(arguments: [44990, 44991, 44993])
    func `a frequency limit is a rate limit`(errcode: Int) {
        let refusal = WeChatRefusal(errcode: errcode, errmsg: "reach max api frequence limit")
        #expect(throws: WeChatError.rateLimited(refusal)) {
            try parse(#"{"errcode":\#(errcode),"errmsg":"reach max api frequence limit"}"#)
        }
    }

    @Test func `a query that WeChat does not take is a mistake of ours`() {
        #expect(throws: WeChatError.unexpectedErrcode(WeChatRefusal(errcode: 40212, errmsg: "invalid query"))) {
            try parse(#"{"errcode":40212,"errmsg":"invalid query"}"#)
        }
    }
}
