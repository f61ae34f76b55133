/// Whether a poll answers with what it has read, or waits: values in, value out, all times in milliseconds.
enum TicketPollDecision: Equatable {
    case answer
    /// For the ticket's next change, or this long.
    case wait(UInt64)
    /// Somebody makes the session and does not come to an end.
    case giveUp

    /// What a poll makes of its ticket.
    ///
    /// - Parameters:
    ///   - seen: the status that the client knows; nil: none, so any is news.
    ///   - waitLeft: what is left of the time that the client waits.
    ///   - claimWaitLeft: what is left of the time for which somebody else's claim is waited for.
    ///   - isDraining: the server stops.
    init(
        on answer: QRPollAnswer,
        seen: QRStatus?,
        waitLeft: UInt64,
        claimWaitLeft: UInt64,
        isDraining: Bool
    ) {
        switch answer {
        case .login:
            self = .answer
        case .claiming:
            // Also when the client does not wait and the server stops: it is a matter of milliseconds, and a status
            // without the login would be no answer.
            self = claimWaitLeft == 0 ? .giveUp : .wait(claimWaitLeft)
        case .status(let status, let remaining, _):
            // Of a status that is final, nothing would come.
            if status != seen || status.isFinal || waitLeft == 0 || isDraining {
                self = .answer
            } else {
                self = .wait(min(waitLeft, Self.untilExpiry(remaining)))
            }
        }
    }

    /// When a ticket that is alive by the wall clock should be looked at again. Not at once: that clock and the loop's
    /// may differ by some milliseconds, and a look each turn would be a busy loop.
    static func untilExpiry(_ remaining: Int64) -> UInt64 { UInt64(max(1, remaining)) }
}
