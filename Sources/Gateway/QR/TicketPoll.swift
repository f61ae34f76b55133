internal import HTTPServer
internal import UV

/// A poll that gets one reply: now, or when the ticket changes, or when its time to wait is over.
final class TicketPoll: ParkedPoll {
    private let seen: QRStatus?
    /// On the loop's clock.
    private let waitEnd: UInt64

    /// - Parameters:
    ///   - seen: the status that the client knows.
    ///   - waitSeconds: for how long it wants to wait for another one.
    init(
        _ ticket: QRTicketID,
        polls: ParkedPolls,
        client: AddressKey?,
        isSecure: Bool,
        seen: QRStatus?,
        waitSeconds: UInt64
    ) {
        self.seen = seen
        waitEnd = polls.loop.now + waitSeconds * 1000
        super.init(ticket, polls: polls, client: client, isSecure: isSecure)
    }

    private var waitLeft: UInt64 {
        let now = polls.loop.now
        return waitEnd > now ? waitEnd - now : 0
    }

    override var expectsToWait: Bool { waitLeft > 0 }

    override func decide(on answer: QRPollAnswer, claimWaitLeft: UInt64) -> TicketPollDecision {
        TicketPollDecision(
            on: answer,
            seen: seen,
            waitLeft: waitLeft,
            claimWaitLeft: claimWaitLeft,
            isDraining: isDraining
        )
    }

    override func response(_ answer: QRPollAnswer) -> Response {
        var response = Response.json(QRPollReply.json(answer) ?? [])
        if case .login(let login, _) = answer { response.headers += polls.loginFields(login, isSecure) }
        return response
    }
}
