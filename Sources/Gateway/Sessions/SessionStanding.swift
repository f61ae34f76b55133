/// What a check says of a live session beside the names: ``CheckedSession`` without memory of its own.
struct SessionStanding: Sendable {
    /// How the session was made.
    let channel: SessionChannel
    /// The user's numeric id, as far as known.
    let userID: Int64?
    /// Unix seconds from which the token is good no more.
    var validUntil: Int64
    /// Unix seconds of the check.
    let checkedAt: Int64

    /// Seconds from the check until the token is good no more, not less than 0.
    var expiresIn: Int { Int(max(0, validUntil - checkedAt)) }

    /// Gets a good token's session with the names of its user where they lie, which is for the time of the call.
    typealias Show<Answer> = (
        SessionStanding, _ appID: Span<UInt8>, _ openID: Span<UInt8>, _ unionID: Span<UInt8>?
    ) -> Answer
}

extension CheckedSession {
    /// Shows the session as a check without a wait does.
    func show<Answer>(_ show: SessionStanding.Show<Answer>) -> Answer {
        let standing = SessionStanding(
            channel: session.channel,
            userID: identity.id,
            validUntil: validUntil,
            checkedAt: checkedAt
        )
        let (appID, openID) = (user.appID.utf8Span.span, user.openID.utf8Span.span)
        guard let unionID = identity.unionID else { return show(standing, appID, openID, nil) }
        return show(standing, appID, openID, unionID.utf8Span.span)
    }
}

/// What a check came to.
enum SessionCheck<Answer: Sendable>: Sendable {
    /// The token is good; what was made of its session.
    case live(Answer)
    /// As ``SessionLookup/ended(_:)``.
    case ended(SessionEnd)
}
