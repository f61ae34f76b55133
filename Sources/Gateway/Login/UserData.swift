/// What a client may send along to prove its user's profile (`wechat-api.md` section 8).
struct UserData: Sendable {
    /// `rawData` and `signature`.
    var signed: (rawData: [UInt8], signature: String)?
    /// `encryptedData` and `iv`, as sent.
    var encrypted: (data: String, iv: String)?
}
