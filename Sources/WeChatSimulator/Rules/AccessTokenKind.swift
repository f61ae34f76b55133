/// Which endpoint an access_token comes from. The two kinds know nothing of each other.
public enum AccessTokenKind: String, CaseIterable, Sendable {
    /// `GET /cgi-bin/token`: a new one for each call.
    case legacy
    /// `POST /cgi-bin/stable_token`: the same one until its last 300 seconds.
    case stable
}
