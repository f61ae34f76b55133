/// What a sealed value is for. A record of one purpose never opens as another.
///
/// The raw values are part of what is sealed: a changed one makes its records unreadable.
public enum RecordPurpose: String, CaseIterable, Sendable {
    /// A session_key of WeChat's.
    case sessionKey = "session_key"
    /// A phone number.
    case phone
    /// The token that a refresh handed out.
    case refresh
    /// An app's access_token; it is nobody's, so its user's key has an empty openid.
    case accessToken = "access_token"
    /// The login that a browser has claimed.
    case claim
}
