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
enum TokenJudgement<Proof> {
    case valid(Proof)
    case expired
    case malformed
    case unknown
}

extension TokenJudgement: Equatable where Proof: Equatable {}

/// With a proof of values of its own.
typealias TokenProof = TokenJudgement<ProvenToken>
