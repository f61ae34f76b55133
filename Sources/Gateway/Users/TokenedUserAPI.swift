internal import WeChat

/// The calls of WeChat's API about one user, with the app's kept access_token. One a loop.
final class TokenedUserAPI: WeChatUserAPI {
    private let weChat: WeChatClient
    private let tokens: AccessTokens

    init(weChat: WeChatClient, tokens: AccessTokens) {
        self.weChat = weChat
        self.tokens = tokens
    }

    func phoneNumber(code: PhoneCode, of openID: String, app: App) async throws(WeChatError) -> PhoneNumber {
        try await tokens.withToken(of: app.weChat, through: weChat) { token throws(WeChatError) in
            try await weChat.userPhoneNumber(app: app.weChat, code: code, openID: openID, accessToken: token)
        }
    }

    func isValid(_ key: SessionKey, of openID: String, app: App) async throws(WeChatError) -> Bool {
        try await tokens.withToken(of: app.weChat, through: weChat) { token throws(WeChatError) in
            try await weChat.checkSession(app: app.weChat, openID: openID, sessionKey: key, accessToken: token)
        }
    }
}
