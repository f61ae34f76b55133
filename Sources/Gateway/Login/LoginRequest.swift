internal import WeChat

/// A login as a client asks for it, every member checked for its shape.
struct LoginRequest: Sendable {
    let app: App
    let code: LoginCode
    let userData: UserData
    let device: String?
    let client: ClientIdentity
    /// A POST; only that may be a repeat of a login whose reply was lost.
    let isPost: Bool
}
