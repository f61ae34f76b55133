internal import WeChat

/// The calls about one user, with the kept access_token. One a loop.
final class WeChatUserCalls: WeChatUserAPI {
    private let weChat: WeChatClient
    private let accessTokens: AccessTokens

    init(weChat: WeChatClient, accessTokens: AccessTokens) {
        self.weChat = weChat
        self.accessTokens = accessTokens
    }

    func phoneNumber(code: PhoneCode, of openID: String, app: App) async throws(WeChatError) -> PhoneNumber {
        try await accessTokens.withToken(of: app, on: weChat.loop) { token throws(WeChatError) in
            try await weChat.userPhoneNumber(app: app.weChat, code: code, openID: openID, accessToken: token)
        }
    }

    func isValid(_ key: SessionKey, of openID: String, app: App) async throws(WeChatError) -> Bool {
        try await accessTokens.withToken(of: app, on: weChat.loop) { token throws(WeChatError) in
            try await weChat.checkSession(app: app.weChat, openID: openID, sessionKey: key, accessToken: token)
        }
    }
}
