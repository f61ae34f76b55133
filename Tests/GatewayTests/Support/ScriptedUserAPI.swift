import WeChat

@testable import Gateway

/// A WeChat that answers as the test says and remembers what it was asked.
final class ScriptedUserAPI: WeChatUserAPI {
    var number: Result<PhoneNumber, WeChatError> = .failure(.timeout)
    var validity: Result<Bool, WeChatError> = .failure(.timeout)
    private(set) var calls: [String] = []
    /// What happens while WeChat thinks.
    var meanwhile: () async throws -> Void = {}

    func phoneNumber(code: PhoneCode, of openID: String, app: App) async throws(WeChatError) -> PhoneNumber {
        calls.append("phone \(app.id) \(openID) \(code.string)")
        try? await meanwhile()
        return try number.get()
    }

    func isValid(_ key: SessionKey, of openID: String, app: App) async throws(WeChatError) -> Bool {
        calls.append("check \(app.id) \(openID) \(key.string)")
        try? await meanwhile()
        return try validity.get()
    }
}
