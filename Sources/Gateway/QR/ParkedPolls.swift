internal import HTTPServer
internal import Logging
internal import UV

/// The polls of one loop that are parked or about to be, by ticket; woken when their ticket changes on any loop.
///
/// Loop-confined.
final class ParkedPolls {
    /// Milliseconds; other than these only in tests.
    struct Times: Sendable {
        /// A stream says something at least so often: the usual proxies close a silent one after 60 s, some after 30.
        var heartbeat: UInt64 = 15_000
        /// For how long a poll waits while another one makes the session: then its maker counts as dead, and the claim is
        /// anybody's again (`QRTicketStateMachine.claimLeaseMilliseconds`).
        var claimWait = UInt64(QRTicketStateMachine.claimLeaseMilliseconds)
    }

    let loop: EventLoop
    let follower: any QRTicketFollower
    let times: Times
    let logger: Logger
    /// Header fields with which a login reaches a browser, its cookie; told whether that came by https.
    let loginFields: (ClaimedLogin, _ isSecure: Bool) -> [(String, String)]

    private let changes: QRTicketChanges
    private let limits: QRPollLimits
    private var number: UInt16 = 0
    /// The newest poll of each ticket, with the older ones behind it.
    private var newest: [QRTicketID: ParkedPoll] = [:]

    /// On the loop.
    init(
        on loop: EventLoop,
        follower: any QRTicketFollower,
        changes: QRTicketChanges,
        limits: QRPollLimits,
        times: Times = Times(),
        logger: Logger,
        loginFields: @escaping (ClaimedLogin, _ isSecure: Bool) -> [(String, String)]
    ) {
        self.loop = loop
        self.follower = follower
        self.changes = changes
        self.limits = limits
        self.times = times
        self.logger = logger
        self.loginFields = loginFields
        let me = LoopBound(Weak(polls: self), on: loop)
        number = changes.add(.init(loop: loop) { me.value.polls?.wake($0) })
    }

    /// The listeners outlive a loop's services.
    private struct Weak {
        weak var polls: ParkedPolls?
    }

    /// Tickets with a poll on this loop. For tests.
    var ticketCount: Int { newest.count }

    /// Whom the polls of an address count for.
    func client(_ address: AddressKey) -> AddressKey? { limits.client(address) }

    /// Takes the poll's place, from when on it is woken; false when its ticket or its client has as many as may be.
    func enter(_ poll: ParkedPoll) -> Bool {
        guard limits.enter(poll.client) else { return false }
        guard changes.enter(poll.ticket, on: number) else {
            limits.leave(poll.client)
            return false
        }
        poll.older = newest.updateValue(poll, forKey: poll.ticket)
        return true
    }

    /// Gives the poll's place back, once for each ``enter(_:)`` that succeeded.
    func leave(_ poll: ParkedPoll) {
        unlink(poll)
        changes.leave(poll.ticket, on: number)
        limits.leave(poll.client)
    }

    private func unlink(_ poll: ParkedPoll) {
        let older = poll.older.take()
        guard let first = newest[poll.ticket] else { return }
        if first === poll {
            newest[poll.ticket] = older
            return
        }
        var newer = first
        // At most `QRTicketChanges.pollsMax`.
        while let next = newer.older {
            if next === poll {
                newer.older = older
                return
            }
            newer = next
        }
    }

    private func wake(_ ticket: QRTicketID) {
        var next = newest[ticket]
        while let poll = next {
            // Only begins a read, so nobody leaves meanwhile.
            poll.wake()
            next = poll.older
        }
    }
}
