public import OpenSSL

/// A phone code as the phone number button would hand it to the mini-program, and whose it is.
public struct MintedPhoneCode: Sendable, Redacted {
    /// The one-time code: 64 hexadecimal digits, good for five minutes.
    public let code: String
    /// The app whose access_token may exchange it.
    public let appid: String
    /// The user who tapped.
    public let openid: String
    /// The number that it stands for.
    public let phone: SimulatedPhone
}
