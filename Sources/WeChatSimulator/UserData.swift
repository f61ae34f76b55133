/// Open data of a user as `wx.getUserInfo` and its kin hand it to the mini-program.
public struct UserData: Equatable, Sendable {
    /// The encrypted JSON, in Base64.
    public let encryptedData: String
    /// The initialisation vector, in Base64.
    public let iv: String
    /// The profile without ids and watermark; absent for phone numbers.
    public let rawData: String?
    /// SHA-1 of rawData and the session_key; absent for phone numbers.
    public let signature: String?
}
