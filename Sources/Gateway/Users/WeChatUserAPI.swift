internal import WeChat

/// The calls of WeChat's API about one user that need the app's access_token. One a loop.
protocol WeChatUserAPI: AnyObject {
    /// The phone number behind a code of getPhoneNumber; the caller compares the watermark's appid.
    ///
    /// - Parameter openID: WeChat refuses a code of another user.
    func phoneNumber(code: PhoneCode, of openID: String, app: App) async throws(WeChatError) -> PhoneNumber

    /// Whether this is the user's session_key at WeChat now.
    func isValid(_ key: SessionKey, of openID: String, app: App) async throws(WeChatError) -> Bool
}
