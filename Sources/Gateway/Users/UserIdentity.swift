/// What names a user beside his openid; a session carries it, so that a check needs no look at the users.
public struct UserIdentity: Equatable, Sendable {
    /// The numeric id, from the first saved profile on.
    public var id: Int64?
    /// The same person over the apps of one owner, when WeChat has said.
    public var unionID: String?

    /// Nothing known, or what is.
    public init(id: Int64? = nil, unionID: String? = nil) {
        self.id = id
        self.unionID = unionID
    }
}
