/// What a request's token proves, with no more of it than a session is found by.
struct ProvenToken: Equatable {
    /// Whose it is.
    let user: User.Key
    /// What its session is found by.
    let digests: TokenDigests
    /// Unix seconds from which it is expired.
    let expiresAt: Int64
}

/// What a text turned out to be; ``TokenVerifier/Verdict`` for who wants no more than a proof.
enum TokenProof: Equatable {
    case valid(ProvenToken)
    case expired
    case malformed
    case unknown
}
