/// What a client may send along to prove its user's profile (`wechat-api.md` section 8).
struct UserData: Sendable {
    /// `rawData`, the exact bytes, and `signature`.
    typealias Signed = (rawData: [UInt8], signature: String)
    /// `encryptedData` and `iv`, as sent.
    typealias Encrypted = (data: String, iv: String)

    var signed: Signed?
    var encrypted: Encrypted?

    var isEmpty: Bool { signed == nil && encrypted == nil }
}
