internal import WeChat

/// Stands where the calls of WeChat's API come to stand.
final class UnconnectedUserAPI: WeChatUserAPI {
    func phoneNumber(
        code: LoginCode,
        of openID: String,
        app: App
    ) async throws(WeChatError) -> (number: PhoneNumber, appID: String) {
        throw .connection(reason: "not connected")
    }

    func isValid(_ key: SessionKey, of openID: String, app: App) async throws(WeChatError) -> Bool {
        throw .connection(reason: "not connected")
    }
}
