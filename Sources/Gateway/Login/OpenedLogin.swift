/// The session that the exchange of a code led to; clients that share the code share it.
struct OpenedLogin: Sendable {
    let issued: IssuedToken
    let isNew: Bool
}
