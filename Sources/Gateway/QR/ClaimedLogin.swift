/// The login that a browser has claimed: what its reply says, and the token for its cookie.
struct ClaimedLogin: Sendable {
    let token: BearerToken
    /// Seconds.
    let expiresIn: Int
    /// The login reply of contract section 3, as JSON.
    let reply: [UInt8]
}
