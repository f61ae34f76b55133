/// What a key of the operator's listener may be for (contract section 5).
public enum AdminScope: String, CaseIterable, Sendable {
    /// Getting and renewing WeChat's access_token.
    case accessToken = "access_token"
    /// Asking whose a token is.
    case introspect
    /// Ending the session of a token.
    case revoke
    /// Reading, erasing and logging out users.
    case users
    /// Seeing phone numbers with them.
    case phone
}
