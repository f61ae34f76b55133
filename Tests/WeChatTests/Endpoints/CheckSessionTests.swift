import Testing
import WeChat

@Suite struct CheckSessionTests {
    private func parse(_ body: String) throws(WeChatError) -> Bool {
        try CheckSessionReply.parse(status: 200, body: Array(body.utf8))
    }

    @Test func `one GET with token, openid and the signature of nothing`() async throws {
        let key = try #require(SessionKey("tiihtNczf5v6AKRyjwEUhQ=="))
        let token = try #require(AccessToken("98_a"))
        let record = try await record([.reply(#"{"errcode":0,"errmsg":"ok"}"#)]) { client, app throws(WeChatError) in
            try await client.checkSession(app: app, openID: "o&1", sessionKey: key, accessToken: token)
        }
        #expect(try record.outcome.get())
        let signature = "7154f9f8b4b76b92f541cbf0e37d48840fa06e5e42da92a6f80168a1516a4735"
        #expect(
            record.requests == [
                "GET /wxa/checksession?access_token=98_a&openid=o%261&signature=\(signature)&sig_method=hmac_sha256"
                    + " HTTP/1.1"
            ]
        )
    }

    @Test(arguments: [87007, 87009]) func `a key that is not current is an answer`(errcode: Int) throws {
        #expect(try parse(#"{"errcode":\#(errcode),"errmsg":"invalid signature"}"#) == false)
    }

    @Test func `every other refusal is an error`() {
        #expect(throws: WeChatError.unexpectedErrcode(WeChatRefusal(errcode: 87008, errmsg: ""))) {
            try parse(#"{"errcode":87008}"#)
        }
        #expect(throws: WeChatError.invalidAccessToken(WeChatRefusal(errcode: 40001, errmsg: ""))) {
            try parse(#"{"errcode":40001}"#)
        }
    }

    @Test(arguments: ["", "{}", "[]", "null", "ok", #"{"errmsg":"ok"}"#]) func `silence is not consent`(body: String) {
        #expect(throws: WeChatError.self) { try parse(body) }
    }
}
