import Testing
import WeChat

@Suite struct StableTokenTests {
    static let success = #"{"access_token":"98_abc-DEF_","expires_in":345}"#
    static let busy = #"{"errcode":-1,"errmsg":"system error rid: 621361a0-517390f9-41f464e7"}"#

    private func fetch(
        _ script: [ScriptedUpstream.Act],
        firstBaseRefuses: Bool = false
    ) async throws -> CallRecord<IssuedAccessToken> {
        try await record(script, firstBaseRefuses: firstBaseRefuses) { client, app throws(WeChatError) in
            try await client.stableToken(app: app)
        }
    }

    private func parse(_ body: String, status: Int = 200) throws(WeChatError) -> IssuedAccessToken {
        try AccessTokenReply.parse(status: status, body: Array(body.utf8))
    }

    @Test func `one POST with a length, JSON and the secret in its body only`() async throws {
        let record = try await fetch([.reply(Self.success)])
        let issued = try record.outcome.get()
        #expect(issued.token.string == "98_abc-DEF_")
        #expect(issued.expiresIn == 345)
        #expect(record.requests == ["POST /cgi-bin/stable_token HTTP/1.1"])
        let body =
            #"{"appid":"wx1","force_refresh":false,"grant_type":"client_credential","secret":"s\"3\\c/ret"}"#
        #expect(record.bodies == [body])
        let head = record.heads[0].lowercased()
        #expect(head.contains("\r\ncontent-length: \(body.utf8.count)"))
        #expect(head.contains("\r\ncontent-type: application/json"))
        #expect(!head.contains("transfer-encoding") && !head.contains("expect:") && !head.contains("ret\""))
    }

    @Test func `-1 is tried again with the same body, and nothing else is`() async throws {
        let retried = try await fetch([.reply(Self.busy), .reply(Self.success)])
        #expect(try retried.outcome.get().expiresIn == 345)
        #expect(retried.bodies.count == 2 && Set(retried.bodies).count == 1)
        let refused = try await fetch([
            .reply(#"{"errcode":40125,"errmsg":"invalid appsecret"}"#), .reply(Self.success),
        ])
        #expect(refused.error == .misconfigured(WeChatRefusal(errcode: 40125, errmsg: "invalid appsecret")))
        #expect(refused.requests.count == 1)
    }

    @Test func `a forced call is made once, whatever comes back`() async throws {
        let busy = try await record([.reply(Self.busy), .reply(Self.success)]) { client, app throws(WeChatError) in
            try await client.stableToken(app: app, isForced: true)
        }
        guard case .busy = busy.error else {
            Issue.record("not busy")
            return
        }
        #expect(busy.requests.count == 1)
    }

    @Test func `a POST goes to another base only when not a byte was sent`() async throws {
        let passed = try await fetch([.reply(Self.success)], firstBaseRefuses: true)
        #expect(try passed.outcome.get().expiresIn == 345)
        let lost = try await fetch([.hangUp, .reply(Self.success)])
        #expect(lost.requests.count == 1)
        guard case .connection = lost.error else {
            Issue.record("not a connection error")
            return
        }
    }

    @Test(arguments: [40001, 40014, 42001]) func `a credential that WeChat refuses here is the secret`(errcode: Int) {
        let refusal = WeChatRefusal(errcode: errcode, errmsg: "invalid credential")
        #expect(throws: WeChatError.misconfigured(refusal)) {
            try parse(#"{"errcode":\#(errcode),"errmsg":"invalid credential"}"#)
        }
    }

    @Test(arguments: [
        #"{"expires_in":7200}"#, #"{"access_token":"","expires_in":7200}"#, #"{"access_token":7,"expires_in":7200}"#,
        #"{"access_token":"a b","expires_in":7200}"#, #"{"access_token":"a"}"#, #"{"access_token":"a","expires_in":0}"#,
        #"{"access_token":"a","expires_in":-1}"#, #"{"access_token":"a","expires_in":9223372036854775807}"#,
        #"{"access_token":"a","expires_in":"7200"}"#, "[]", "", "null", #"{"errcode":0}"#,
    ])
    func `a reply without a usable token and time is invalid`(body: String) {
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

    @Test func `a 412 is no reply`() {
        #expect(throws: WeChatError.invalidReply(reason: "HTTP status 412")) { try parse("", status: 412) }
    }
}
