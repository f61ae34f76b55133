import Testing

@testable import WeChatSimulator

@Suite struct `The session check` {
    private var state = makeState()
    private var token = ""

    init() throws {
        token = try state.token()
        let app = try state.app(nil)
        _ = try state.update(.openid("o1"), of: app) { $0.pin(sessionKey: "tiihtNczf5v6AKRyjwEUhQ==") }
    }

    private static let signature = "7154f9f8b4b76b92f541cbf0e37d48840fa06e5e42da92a6f80168a1516a4735"

    @Test mutating func `says ok to the newest key only`() throws {
        let call = WeChatCall.checkSession(token: token, signature: Self.signature)
        #expect(state.plan(call, at: start).text == #"{"errcode":0,"errmsg":"ok"}"#)
        _ = try state.rotateSessionKey(of: .openid("o1"), appid: nil)
        let errmsg = try #require(try state.answer(call)["errmsg"] as? String)
        #expect(errmsg.hasPrefix("invalid signature rid: "))
        #expect(try state.code(call) == 87009)
    }

    @Test mutating func `has the key that was displaced by a login whose code nobody exchanged`() throws {
        let code = try state.freshCode(of: .openid("o2"))
        let key = try state.requireGrant(.exchange(code)).sessionKey
        let call = WeChatCall.checkSession(
            token: token,
            openid: "o2",
            signature: CheckSessionEndpoint.signature(key)
        )
        #expect(try state.code(call) == 0)
        _ = try state.freshCode(of: .openid("o2"))
        #expect(try state.code(call) == 87009)
    }

    @Test mutating func `refuses what it cannot check`() throws {
        #expect(try state.code(.checkSession(token: token, openid: nil, signature: Self.signature)) == 40003)
        #expect(try state.code(.checkSession(token: token, openid: "o9", signature: Self.signature)) == 40003)
        #expect(try state.code(.checkSession(token: token, signature: Self.signature, method: nil)) == 87008)
        #expect(try state.code(.checkSession(token: token, signature: Self.signature, method: "md5")) == 87008)
        #expect(try state.code(.checkSession(token: token)) == 87009)
        #expect(try state.code(.checkSession(token: token, signature: Self.signature.uppercased())) == 87009)
        let app = try state.app(nil)
        _ = try state.update(.openid("keyless"), of: app) { _ in }
        #expect(try state.code(.checkSession(token: token, openid: "keyless", signature: Self.signature)) == 87009)
    }
}
