internal import HTTP
internal import HTTPServer
internal import Logging
internal import UV

/// One request that follows a ticket: reads it, and reads it again at each change, until there is something to tell.
///
/// While it waits it is an object of its connection: no task, no timer, no request. Loop-confined. What there is to tell,
/// and how, is for subclasses; this one sees to it that no change is missed (a poll has its place, from which it is
/// woken, before it reads) and that the place is given back once, however it ends.
class ParkedPoll: ParkedReply {
    let polls: ParkedPolls
    let ticket: QRTicketID
    /// Whom it counts for.
    let client: AddressKey?
    /// Whether it came by https; all that is kept of the request.
    let isSecure: Bool

    /// Behind this one in ``ParkedPolls``, which owns this link.
    var older: ParkedPoll?
    private(set) var isDraining = false

    private var reading = TicketPollReading()
    private var hasPlace = false
    private var nextWait: UInt64 = 0
    private var claimWaitEnd: UInt64?
    private var writer: ParkedWriter?

    init(_ ticket: QRTicketID, polls: ParkedPolls, client: AddressKey?, isSecure: Bool) {
        self.ticket = ticket
        self.polls = polls
        self.client = client
        self.isSecure = isSecure
    }

    // MARK: - For subclasses

    /// Whether a wait is likely: then a place is taken before the first read, which saves a second one.
    var expectsToWait: Bool { true }

    /// What is to be done about what was read.
    func decide(on answer: QRPollAnswer, claimWaitLeft: UInt64) -> TicketPollDecision { .answer }

    /// The whole reply, when nothing of it was sent.
    func response(_ answer: QRPollAnswer) -> Response { .empty(.noContent) }

    /// Tells the answer and ends the reply.
    func finish(_ answer: QRPollAnswer, by writer: ParkedWriter) { writer.send(response(answer)) }

    /// Tells the failure and ends the reply.
    func fail(_ problem: Problem, by writer: ParkedWriter) { writer.send(problem) }

    /// The poll is about to wait.
    func willWait(_ writer: ParkedWriter) {}

    /// The time to wait is over, or some of it.
    func timePassed(_ writer: ParkedWriter) {}

    // MARK: - Life

    /// Reads for the first time, in the request's own task: what need not wait is answered without being parked.
    ///
    /// - Throws: `rateLimited` when it would have to wait and there is no place; what the follower throws.
    final func begin() async throws(GatewayError) -> Answer {
        _ = reading.wake()
        if expectsToWait { hasPlace = polls.enter(self) }
        do throws(GatewayError) {
            while true {
                let answer = try await polls.follower.poll(ticket)
                switch decision(on: answer) {
                case .answer:
                    end()
                    return .now(response(answer))
                case .giveUp:
                    throw .storeUnavailable
                case .wait(let milliseconds):
                    nextWait = milliseconds
                    if !hasPlace {
                        hasPlace = polls.enter(self)
                        if !hasPlace { try await waitWithoutPlace(on: answer) }
                        // What changed before it had its place is in what it reads now.
                        continue
                    }
                    if reading.again() { continue }
                    // Still reading as far as wakes are concerned, until the connection says that it may begin.
                    return .later(self)
                }
            }
        } catch {
            end()
            throw error
        }
    }

    /// Who has no place is turned away, but for the moments in which somebody makes the session: then it looks again soon,
    /// in its request's own task, for at most as long as anybody waits for that.
    private func waitWithoutPlace(on answer: QRPollAnswer) async throws(GatewayError) {
        guard case .claiming = answer else { throw .rateLimited("Too many polls wait already.", retryAfter: 1) }
        do {
            try await polls.loop.sleep(milliseconds: Self.lookAgainMilliseconds)
        } catch {
            // The client has gone; nobody gets this.
            throw .storeUnavailable
        }
    }

    /// A store's commit takes one to a few milliseconds.
    private static let lookAgainMilliseconds: UInt64 = 5

    final func start(with writer: ParkedWriter) {
        self.writer = writer
        wait()
    }

    /// The ticket has changed.
    final func wake() {
        if reading.wake() { read() }
    }

    final func deadlinePassed() {
        if let writer { timePassed(writer) }
        wake()
    }

    final func draining() {
        isDraining = true
        wake()
    }

    final func hungUp() {
        end()
    }

    /// Gives back what it holds, the first time.
    private func end() {
        guard reading.end() else { return }
        writer = nil
        if hasPlace { polls.leave(self) }
    }

    private func wait() {
        if let writer { willWait(writer) }
        // Whoever sends may find that the client has gone.
        if reading.isOver { return }
        if reading.wait() { return read() }
        writer?.wake(afterMilliseconds: nextWait)
    }

    // MARK: - Reading

    private func read() {
        let me = LoopBound(self, on: polls.loop)
        let actor = polls.loop.actor
        Task(name: "poll", executorPreference: polls.loop) { await ParkedPoll.read(me, isolation: actor) }
    }

    private static func read(_ poll: LoopBound<ParkedPoll>, isolation: isolated LoopActor) async {
        await poll.value.readOnce()
    }

    private func readOnce() async {
        do throws(GatewayError) {
            took(try await polls.follower.poll(ticket))
        } catch {
            failed(error)
        }
    }

    private func took(_ answer: QRPollAnswer) {
        guard let writer else { return }
        switch decision(on: answer) {
        case .answer:
            end()
            finish(answer, by: writer)
        case .wait(let milliseconds):
            nextWait = milliseconds
            wait()
        case .giveUp:
            failed(.storeUnavailable)
        }
    }

    private func failed(_ error: GatewayError) {
        guard let writer else { return }
        end()
        let problem = error.problem
        if problem.status == .internalServerError {
            polls.logger.error("internal error", metadata: ["error": "\(error)"])
        }
        fail(problem, by: writer)
    }

    private func decision(on answer: QRPollAnswer) -> TicketPollDecision {
        guard case .claiming = answer else {
            claimWaitEnd = nil
            return decide(on: answer, claimWaitLeft: 0)
        }
        let now = polls.loop.now
        let end = claimWaitEnd ?? now + polls.times.claimWait
        claimWaitEnd = end
        return decide(on: answer, claimWaitLeft: end > now ? end - now : 0)
    }
}
