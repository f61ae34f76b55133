import Testing

@testable import WeChatSimulator

@Suite struct `The control API of a phone` {
    private var state = makeState()

    private mutating func post(_ path: String, _ body: String) throws -> [String: Any] {
        let reply = ControlEndpoint.answer("POST", path, body: Array(body.utf8), at: start, in: &state)
        return try json(reply.body)
    }

    @Test mutating func `mints phone codes`() throws {
        let minted = try post("/sim/phone_codes", #"{"user":"alice","phone":"91234567","country_code":"852"}"#)
        #expect(Set(minted.keys) == ["code", "appid", "openid", "phoneNumber", "purePhoneNumber", "countryCode"])
        let login = try post("/sim/login", #"{"user":"alice"}"#)
        #expect(minted["openid"] as? String == login["openid"] as? String)
        let code = try #require(minted["code"] as? String)
        let token = try state.token()
        let answer = try state.answer(.phoneNumber(token: token, body: #"{"code":"\#(code)"}"#))
        #expect((answer["phone_info"] as? [String: Any])?["purePhoneNumber"] as? String == "91234567")
        #expect(try post("/sim/phone_codes", "")["phoneNumber"] as? String == "13580006666")
    }

    @Test mutating func `gives open data of a user who has logged in`() throws {
        #expect(try post("/sim/userdata", #"{"user":"alice"}"#)["error"] as? String == "invalid_request")
        _ = try post("/sim/login", #"{"user":"alice"}"#)
        for kind in ["user_info", "user_profile"] {
            let data = try post("/sim/userdata", #"{"user":"alice","kind":"\#(kind)","anonymous":true}"#)
            #expect(Set(data.keys) == ["openid", "encryptedData", "iv", "rawData", "signature"])
        }
        let phone = try post("/sim/userdata", #"{"user":"alice","kind":"phone","phone":"13912345678","age_s":5}"#)
        #expect(Set(phone.keys) == ["openid", "encryptedData", "iv"])
    }

    @Test mutating func `sets and rotates a session_key`() throws {
        let set = try post("/sim/users", #"{"openid":"o1","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#)
        #expect(set["session_key"] as? String == "tiihtNczf5v6AKRyjwEUhQ==")
        #expect(try post("/sim/userdata", #"{"openid":"o1","stale_key":true}"#)["error"] != nil)
        let rotated = try post("/sim/users", #"{"openid":"o1","rotate_session_key":true}"#)
        let key = try #require(rotated["session_key"] as? String)
        #expect(key != "tiihtNczf5v6AKRyjwEUhQ==")
        #expect(try post("/sim/userdata", #"{"openid":"o1","stale_key":true}"#)["iv"] != nil)
    }

    @Test(arguments: [
        ("/sim/phone_codes", #"{"phone":"x"}"#), ("/sim/phone_codes", #"{"phone":"123"}"#),
        ("/sim/phone_codes", #"{"phone":13580006666}"#), ("/sim/phone_codes", #"{"country_code":"+86"}"#),
        ("/sim/phone_codes", #"{"openid":"o1","user":"alice"}"#), ("/sim/phone_codes", #"{"telephone":"13580006666"}"#),
        ("/sim/phone_codes", #"{"appid":"wx0123456789abcdef"}"#), ("/sim/userdata", "{}"),
        ("/sim/userdata", #"{"openid":"o1","kind":"avatar"}"#),
        ("/sim/userdata", #"{"openid":"o1","phone":"13580006666"}"#),
        ("/sim/userdata", #"{"openid":"o1","kind":"phone","anonymous":true}"#),
        ("/sim/userdata", #"{"openid":"o1","age_s":-1}"#), ("/sim/userdata", #"{"openid":"o1","stale_key":1}"#),
        ("/sim/users", #"{"openid":"o1","rotate_session_key":true,"session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#),
        ("/sim/users", #"{"openid":"o1","rotate_session_key":"yes"}"#),
    ])
    mutating func `names mistakes`(path: String, body: String) throws {
        _ = try post("/sim/login", #"{"openid":"o1"}"#)
        let reply = ControlEndpoint.answer("POST", path, body: Array(body.utf8), at: start, in: &state)
        #expect(reply.status == 400)
    }

    @Test mutating func `takes POST only`() {
        for path in ["/sim/phone_codes", "/sim/userdata"] {
            #expect(ControlEndpoint.answer("GET", path, body: [], at: start, in: &state).allow == "POST")
        }
    }

    @Test func `is there without HTTP too`() throws {
        let simulator = Simulator(SimulatorConfiguration(seed: 1))
        let minted = try simulator.mintPhoneCode(user: .openid("o1"))
        #expect(minted.openid == "o1")
        #expect(!"\(minted)".contains(minted.code))
        let key = try simulator.rotateSessionKey(of: .openid("o1")).sessionKeys.first
        #expect(key != nil)
        #expect(try simulator.userData(UserDataRequest(.userInfo), of: .openid("o1")).rawData != nil)
    }
}
