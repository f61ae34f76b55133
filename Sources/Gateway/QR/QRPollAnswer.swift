internal import WeChat

/// What a browser that has shown the right secret is told.
enum QRPollAnswer: Sendable {
    /// How the ticket stands. `profile`: of the user that scanned, if known, once there is a scan and before it is over.
    case status(QRStatus, remainingMilliseconds: Int64, profile: UserProfile?)
    /// Confirmed; somebody is about to make the session, so wait for the ticket's next change.
    case claiming(remainingMilliseconds: Int64)
    /// Confirmed, with the login.
    case login(ClaimedLogin, remainingMilliseconds: Int64)
}

/// Follows tickets on behalf of polls. One a loop.
protocol QRTicketFollower: AnyObject {
    /// Checks the secret.
    ///
    /// - Throws: `qrExpired` for a ticket that never was or is forgotten, `forbidden` for a wrong or missing secret.
    func authorize(_ id: QRTicketID, secret: QRSecret?) async throws(GatewayError)

    /// How the ticket stands now. A confirmed one is claimed by this call: that makes the session.
    ///
    /// - Throws: `qrExpired` when it is forgotten; errors of the stores.
    func poll(_ id: QRTicketID) async throws(GatewayError) -> QRPollAnswer
}
