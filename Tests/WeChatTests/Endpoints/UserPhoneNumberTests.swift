import Testing
import WeChat

@Suite struct UserPhoneNumberTests {
    private static func reply(countryCode: String) -> String {
        #"{"errcode":0,"errmsg":"ok","phone_info":{"phoneNumber":"13580006666","purePhoneNumber":"13580006666","#
            + #""countryCode":\#(countryCode),"watermark":{"timestamp":1637744274,"appid":"wx4f4bc4dec97d474b"}}}"#
    }

    private static let expected = PhoneNumber(
        phoneNumber: "13580006666",
        purePhoneNumber: "13580006666",
        countryCode: "86",
        appID: "wx4f4bc4dec97d474b"
    )

    private func parse(_ body: String) throws(WeChatError) -> PhoneNumber {
        try UserPhoneNumberReply.parse(status: 200, body: Array(body.utf8))
    }

    @Test func `one POST with the token in the query and code and openid in the body`() async throws {
        let code = try #require(PhoneCode("0f0f"))
        let token = try #require(AccessToken("98_a/b"))
        let record = try await record([.reply(Self.reply(countryCode: #""86""#))]) { client, app throws(WeChatError) in
            try await client.userPhoneNumber(app: app, code: code, openID: #"o"1"#, accessToken: token)
        }
        #expect(try record.outcome.get() == Self.expected)
        #expect(record.requests == ["POST /wxa/business/getuserphonenumber?access_token=98_a%2Fb HTTP/1.1"])
        #expect(record.bodies == [#"{"code":"0f0f","openid":"o\"1"}"#])
    }

    @Test(arguments: ["86", #""86""#]) func `the country code is a number in the page and a string in life`(
        code: String
    ) throws {
        #expect(try parse(Self.reply(countryCode: code)) == Self.expected)
    }

    @Test func `refusals keep their meaning`() {
        #expect(throws: WeChatError.invalidCode(WeChatRefusal(errcode: 40029, errmsg: "invalid code hint: [x]"))) {
            try parse(#"{"errcode":40029,"errmsg":"invalid code hint: [x]"}"#)
        }
        #expect(throws: WeChatError.invalidAccessToken(WeChatRefusal(errcode: 42001, errmsg: ""))) {
            try parse(#"{"errcode":42001}"#)
        }
    }

    @Test(arguments: [
        #"{"errcode":0,"errmsg":"ok"}"#, #"{"phone_info":{}}"#, #"{"phone_info":7}"#, "[]", "{}",
        #"{"phone_info":{"phoneNumber":"1","purePhoneNumber":"1","countryCode":"86"}}"#,
        #"{"phone_info":{"phoneNumber":"","purePhoneNumber":"1","countryCode":"86","watermark":{"appid":"w"}}}"#,
        #"{"phone_info":{"phoneNumber":"1","purePhoneNumber":1,"countryCode":"86","watermark":{"appid":"w"}}}"#,
        #"{"phone_info":{"phoneNumber":"1\n","purePhoneNumber":"1","countryCode":"86","watermark":{"appid":"w"}}}"#,
        #"{"phone_info":{"phoneNumber":"1","purePhoneNumber":"1","countryCode":true,"watermark":{"appid":"w"}}}"#,
    ])
    func `a reply without a whole number is invalid`(body: String) {
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
}
