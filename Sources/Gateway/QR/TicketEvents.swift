internal import HTTPServer
internal import UV

/// A poll that gets each status as a server-sent event, until a final one, the login, or the end of the server.
///
/// The head of the stream goes out with the first event, so a login that is the first event still sets its cookie. A
/// later one cannot: the page then makes one ordinary status poll, which within the claim window gets the same login
/// again, and the cookie with it.
final class TicketEvents: ParkedPoll {
    private var told: QRStatus?
    /// An event that goes out before the next wait.
    private var pending: [UInt8]?
    private var hasStarted = false
    /// On the loop's clock.
    private var nextHeartbeat: UInt64
    /// At the last heartbeat the client had not read everything.
    private var wasBehind = false

    override init(_ ticket: QRTicketID, polls: ParkedPolls, client: AddressKey?, isSecure: Bool) {
        nextHeartbeat = polls.loop.now + polls.times.heartbeat
        super.init(ticket, polls: polls, client: client, isSecure: isSecure)
    }

    override func decide(on answer: QRPollAnswer, claimWaitLeft: UInt64) -> TicketPollDecision {
        let now = polls.loop.now
        let untilHeartbeat = nextHeartbeat > now ? nextHeartbeat - now : 1
        switch answer {
        case .login:
            return .answer
        case .claiming:
            return claimWaitLeft == 0 ? .giveUp : .wait(min(claimWaitLeft, untilHeartbeat))
        case .status(let status, let remaining, _):
            if status.isFinal || isDraining { return .answer }
            if status != told {
                told = status
                pending = QRPollReply.event(answer)
            }
            return .wait(min(TicketPollDecision.untilExpiry(remaining), untilHeartbeat))
        }
    }

    override func response(_ answer: QRPollAnswer) -> Response {
        var response = Response(headers: QRPollReply.eventFields, body: QRPollReply.event(answer) ?? [])
        if case .login(let login, _) = answer { response.headers += polls.loginFields(login, isSecure) }
        return response
    }

    override func finish(_ answer: QRPollAnswer, by writer: ParkedWriter) {
        guard hasStarted else { return writer.send(response(answer)) }
        if let event = QRPollReply.event(answer), !isTold(answer) { writer.sendPart(event) }
        writer.endStream()
    }

    private func isTold(_ answer: QRPollAnswer) -> Bool {
        if case .status(let status, _, _) = answer { status == told } else { false }
    }

    override func fail(_ problem: Problem, by writer: ParkedWriter) {
        // Whoever connects again is told.
        if hasStarted { writer.endStream() } else { writer.send(problem) }
    }

    override func willWait(_ writer: ParkedWriter) {
        guard let event = pending.take() else { return }
        if !hasStarted {
            hasStarted = true
            writer.startStream(Response(headers: QRPollReply.eventFields))
        }
        writer.sendPart(event)
    }

    override func timePassed(_ writer: ParkedWriter) {
        let now = polls.loop.now
        guard hasStarted, now >= nextHeartbeat else { return }
        nextHeartbeat = now + polls.times.heartbeat
        let isBehind = writer.queuedBytes > 0
        // Nothing of a whole heartbeat's time was read.
        if isBehind, wasBehind {
            hungUp()
            return writer.reset()
        }
        wasBehind = isBehind
        if !isBehind { writer.sendPart(QRPollReply.heartbeat) }
    }
}
