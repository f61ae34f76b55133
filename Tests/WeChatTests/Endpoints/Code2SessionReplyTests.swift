import Testing
import WeChat

@Suite struct Code2SessionReplyTests {
    private func parse(_ body: String, status: Int = 200) throws(WeChatError) -> WeChatSession {
        try Code2SessionReply.parse(status: status, body: Array(body.utf8))
    }

    @Test func `the reply as it is in practice is a session`() throws {
        let session = try parse(
            #"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"oGZUI0egBJY1zhBYw2KhdUfwVJJE"}"#
        )
        #expect(session.openID == "oGZUI0egBJY1zhBYw2KhdUfwVJJE")
        #expect(session.unionID == nil)
        #expect(session.sessionKey.string == "5tF5KuDigyB6e4m7FigHvw==")
    }

    @Test(arguments: [
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errcode":0,"errmsg":"ok"}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errcode":"0"}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errcode":null,"errmsg":null,"unionid":null}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","unionid":""}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errmsg":7,"expires_in":7200,"x":{"y":[1,{}]}}"#,
        " \r\n\t{ \"session_key\" : \"5tF5KuDigyB6e4m7FigHvw==\" , \"openid\" : \"o1\" }\n",
        #"{"openid":"\u006f1","session_key":"5tF5KuDigyB6e4m7FigHvw\u003d="}"#,
    ])
    func `errcode 0, extra members, space and escapes do not matter`(body: String) throws {
        let session = try parse(body)
        #expect(session.openID == "o1")
        #expect(session.unionID == nil)
        #expect(session.sessionKey == SessionKey("5tF5KuDigyB6e4m7FigHvw=="))
    }

    @Test func `escaped slashes are slashes, and the unionid comes along`() throws {
        let session = try parse(
            #"{"openid":"o1","session_key":"\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/\/w==","unionid":"u1"}"#
        )
        #expect(session.sessionKey.string == "/////////////////////w==")
        #expect(session.unionID == "u1")
    }

    @Test func `an errcode may be a string, and wins over everything else`() {
        let session = #""openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==""#
        for errcode in ["40029", "\"40029\""] {
            #expect(throws: WeChatError.invalidCode(WeChatRefusal(errcode: 40029, errmsg: "invalid code"))) {
                try parse(#"{"errcode":\#(errcode),"errmsg":"invalid code",\#(session)}"#)
            }
        }
        #expect(throws: WeChatError.busy(WeChatRefusal(errcode: -1, errmsg: ""))) {
            try parse(#"{"errcode":"-1","openid":7}"#)
        }
    }

    static let garbage = [
        "", " ", "null", "true", "0", "\"\"", "[]", "{}", "{", "}", "{]", "ok", "\u{0}",
        "<html><head><title>502 Bad Gateway</title></head></html>",
        #"{"openid":"o1"}"#,
        #"{"session_key":"5tF5KuDigyB6e4m7FigHvw=="}"#,
        #"{"openid":"","session_key":"5tF5KuDigyB6e4m7FigHvw=="}"#,
        #"{"openid":7,"session_key":"5tF5KuDigyB6e4m7FigHvw=="}"#,
        #"{"openid":"o 1","session_key":"5tF5KuDigyB6e4m7FigHvw=="}"#,
        #"{"openid":"o\r\nX-Evil: 1","session_key":"5tF5KuDigyB6e4m7FigHvw=="}"#,
        #"{"openid":"\#(String(repeating: "o", count: 129))","session_key":"5tF5KuDigyB6e4m7FigHvw=="}"#,
        #"{"openid":"o1","session_key":""}"#,
        #"{"openid":"o1","session_key":null}"#,
        #"{"openid":"o1","session_key":["5tF5KuDigyB6e4m7FigHvw=="]}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigH"}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw"}"#,
        #"{"openid":"o1","session_key":"!!F5KuDigyB6e4m7FigHvw=="}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","unionid":7}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","unionid":"u\n"}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errcode":"ok"}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errcode":[0]}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errcode":0.5}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw==","errcode":99999999999999999999}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw=="}}"#,
        #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw=="}<!-- cached -->"#,
        #"[{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw=="}]"#,
        #"{"data":{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw=="}}"#,
        #"{'openid':'o1','session_key':'5tF5KuDigyB6e4m7FigHvw=='}"#,
        #"{"openid":"\ud800","session_key":"5tF5KuDigyB6e4m7FigHvw=="}"#,
        "\u{feff}" + #"{"openid":"o1","session_key":"5tF5KuDigyB6e4m7FigHvw=="}"#,
    ]

    @Test(arguments: garbage) func `anything else is an invalid reply`(body: String) {
        #expect(isInvalid(Array(body.utf8)))
    }

    @Test func `bodies that are huge or deep are invalid too`() {
        #expect(isInvalid(Array(repeating: UInt8(ascii: "A"), count: 10_000_000)))
        #expect(isInvalid(Array(repeating: UInt8(ascii: "["), count: 1_000_000)))
        #expect(isInvalid(Array(String(repeating: "{\"a\":", count: 200_000).utf8)))
        #expect(isInvalid(Array("{\"openid\":\"\(String(repeating: "o", count: 10_000_000))\"}".utf8)))
    }

    @Test func `half a reply is invalid, wherever it ends`() {
        let body = Array(#"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"o1"}"#.utf8)
        for count in 0..<body.count { #expect(isInvalid(Array(body[..<count]))) }
    }

    @Test func `a reply with any byte destroyed never crashes and never gives another key`() throws {
        let body = Array(#"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"o1"}"#.utf8)
        for index in body.indices {
            for byte in [UInt8(0), 0x22, 0x5c, 0x7b, 0x80, 0xc3, 0xff] where body[index] != byte {
                var changed = body
                changed[index] = byte
                let session = try? Code2SessionReply.parse(status: 200, body: changed)
                // A brace within the openid is the only change that leaves a reply one.
                #expect(isInvalid(changed) || (byte == 0x7b && session?.openID.contains("{") == true))
                #expect(session == nil || session?.sessionKey == SessionKey("5tF5KuDigyB6e4m7FigHvw=="))
            }
        }
    }

    @Test func `other encodings than UTF-8 are invalid`() {
        let text = #"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"o1"}"#
        #expect(isInvalid(text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }))
        #expect(isInvalid(text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }))
        #expect(isInvalid(text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8), 0, 0] }))
    }

    @Test(arguments: [0, 100, 204, 302, 400, 412, 500, 502, 503]) func `only HTTP 200 is believed`(status: Int) {
        let error = #expect(throws: WeChatError.self) {
            try parse(#"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"o1"}"#, status: status)
        }
        #expect(error == .invalidReply(reason: "HTTP status \(status)"))
    }

    @Test func `the reason of an invalid reply does not quote it`() {
        let error = #expect(throws: WeChatError.self) { try parse(#"{"openid":"","session_key":"tiihtN"}"#) }
        #expect(error.map { !"\($0)".contains("tiihtN") } == true)
    }

    /// Whether the parser throws `.invalidReply` and nothing else.
    private func isInvalid(_ body: [UInt8]) -> Bool {
        do throws(WeChatError) {
            _ = try Code2SessionReply.parse(status: 200, body: body)
            return false
        } catch {
            if case .invalidReply = error { return true }
            return false
        }
    }
}
