/// The members of the body that asks for a link. Null counts as missing, and unknown ones as nothing.
struct URLLinkMembers: Decodable {
    let path: String?
    let query: String?
    let environment: String?
    /// 0: at a time; 1: after days.
    let expiryKind: Int?
    /// Unix time in seconds.
    let expiresAt: Int64?
    let expiresInDays: Int?

    private enum CodingKeys: String, CodingKey {
        case path, query
        case environment = "env_version"
        case expiryKind = "expire_type"
        case expiresAt = "expire_time"
        case expiresInDays = "expire_interval"
    }
}
