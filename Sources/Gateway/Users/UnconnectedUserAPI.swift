internal import WeChat

/// Stands where the calls of WeChat's API come to stand.
final class UnconnectedUserAPI: WeChatUserAPI {
    func phoneNumber(code: PhoneCode, of openID: String, app: App) async throws(WeChatError) -> PhoneNumber {
        throw .connection(reason: "not connected")
    }

    func isValid(_ key: SessionKey, of openID: String, app: App) async throws(WeChatError) -> Bool {
        throw .connection(reason: "not connected")
    }
}
