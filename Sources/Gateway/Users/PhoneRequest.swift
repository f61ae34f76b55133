internal import WeChat

/// The two ways in which a client hands over its user's phone number.
enum PhoneRequest: Sendable {
    /// A code of getPhoneNumber.
    case code(PhoneCode)
    /// The older way: data under the session_key.
    case encrypted(UserData.Encrypted)
}
