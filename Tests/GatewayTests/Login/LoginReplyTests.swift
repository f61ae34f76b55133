import FoundationEssentials
import Testing
import WeChat

@testable import Gateway

@Suite struct LoginReplyTests {
    private func reply(unionID: String? = nil, id: Int64? = nil, profile: String? = nil, isNew: Bool = false) throws
        -> String
    {
        var user = User(
            key: User.Key(appID: GatewaySamples.appID, openID: "o1"),
            createdAt: 0,
            lastLoginAt: 0
        )
        user.unionID = unionID
        user.id = id
        user.profile = profile.flatMap { UserProfile.parse(rawData: Array($0.utf8)) }
        let reply = LoginReply(token: BearerToken("a.b.c"), isNew: isNew, user: user, expiresIn: 604_800)
        return String(decoding: reply.json(), as: UTF8.self)
    }

    @Test func `before a profile was saved there is neither id nor userInfo`() throws {
        let expected =
            #"{"token":"a.b.c","token_type":"Bearer","expires_in":604800,"openid":"o1","is_new":true}"#
        #expect(try reply(isNew: true) == expected)
        // An id alone, or a profile alone, is no saved profile.
        #expect(try reply(id: 17, isNew: true) == expected)
        #expect(try reply(profile: #"{"nickName":"n"}"#, isNew: true) == expected)
    }

    @Test func `with everything it is the contract's example`() throws {
        let profile = #"{"nickName":"微信 \"用户\"","avatarUrl":"https://a.example/b"}"#
        #expect(
            try reply(unionID: "u1", id: 17, profile: profile)
                == #"{"token":"a.b.c","token_type":"Bearer","expires_in":604800,"openid":"o1","unionid":"u1","#
                + #""is_new":false,"id":"17","userInfo":{"nickName":"微信 \"用户\"","#
                + #""avatarUrl":"https://a.example/b","isBindingMobile":false}}"#
        )
    }

    @Test func `a profile without a picture has an empty avatarUrl`() throws {
        #expect(try reply(id: 1, profile: #"{"nickName":"n"}"#).contains(#""avatarUrl":"""#))
    }
}
