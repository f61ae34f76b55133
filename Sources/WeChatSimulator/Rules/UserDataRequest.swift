/// Which open data a mini-program asks its user's WeChat for, and what is wrong with it.
public struct UserDataRequest: Equatable, Sendable {
    /// The call of the mini-program.
    public enum Kind: String, CaseIterable, Sendable {
        /// `wx.getUserInfo`: the profile with openId and unionId.
        case userInfo = "user_info"
        /// `wx.getUserProfile`: the profile without them.
        case userProfile = "user_profile"
        /// The phone number button of the days before codes.
        case phone
    }

    /// The call.
    public var kind: Kind
    /// Whether name and picture are those that WeChat gives for everybody since November 2022.
    public var isAnonymous = false
    /// The number, for `phone`.
    public var phone = SimulatedPhone.sample
    /// The app of the watermark instead of the real one: data that was stolen from another app.
    public var watermarkAppid: String?
    /// How long ago the data was made.
    public var age: Duration = .zero
    /// Whether the key is the one before the current one, as when another device logged in meanwhile.
    public var usesPreviousKey = false

    /// Makes a request for faultless data.
    public init(_ kind: Kind) {
        self.kind = kind
    }
}
