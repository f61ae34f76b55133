import Synchronization
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// Tickets that stand as a test says; shared by the followers of all loops.
final class FakeTickets: Sendable {
    enum Stand: Sendable {
        case status(QRStatus, profile: UserProfile? = nil)
        case claiming
        case login
        case failing
    }

    static let secret = "right"
    static let login = #"{"token":"t","token_type":"Bearer"}"#

    private struct Ticket: Sendable {
        var stand: Stand
        var expiresAt: ContinuousClock.Instant
        var reads = 0
    }

    private let tickets = Mutex<[QRTicketID: Ticket]>([:])
    private let held = Atomic(false)
    let changes = QRTicketChanges()

    /// The id of a test's nth ticket.
    static func id(_ number: Int) throws -> QRTicketID {
        let digits = String(number)
        let text = String(repeating: "A", count: 21 - digits.utf8.count) + digits + "A"
        return try #require(QRTicketID(text))
    }

    /// Changes a ticket, or makes it, and announces that.
    func set(_ id: QRTicketID, _ stand: Stand, expiresIn: Duration = .seconds(100)) {
        tickets.withLock { $0[id] = Ticket(stand: stand, expiresAt: .now + expiresIn, reads: $0[id]?.reads ?? 0) }
        changes.announce(id)
    }

    /// How often polls have looked at a ticket.
    func reads(of id: QRTicketID) -> Int { tickets.withLock { $0[id]?.reads ?? 0 } }

    /// Keeps reads from coming back until ``release()``.
    func hold() { held.store(true, ordering: .releasing) }
    func release() { held.store(false, ordering: .releasing) }
    fileprivate var isHeld: Bool { held.load(ordering: .acquiring) }

    fileprivate func read(_ id: QRTicketID) throws(GatewayError) -> QRPollAnswer {
        let ticket = tickets.withLock { tickets in
            tickets[id]?.reads += 1
            return tickets[id]
        }
        guard let ticket else { throw .qrExpired }
        let left = (ticket.expiresAt - .now) / .milliseconds(1)
        switch ticket.stand {
        case .status(let status, let profile):
            let isOver = !status.isFinal && left <= 0
            return .status(isOver ? .expired : status, remainingMilliseconds: Int64(max(0, left)), profile: profile)
        case .claiming: return .claiming(remainingMilliseconds: Int64(left))
        case .login:
            let login = ClaimedLogin(token: BearerToken("t"), expiresIn: 60, reply: Array(Self.login.utf8))
            return .login(login, remainingMilliseconds: Int64(left))
        case .failing: throw .storeUnavailable
        }
    }

    fileprivate func exists(_ id: QRTicketID) -> Bool { tickets.withLock { $0[id] != nil } }
}

/// Follows ``FakeTickets`` on one loop.
final class FakeFollower: QRTicketFollower {
    private let tickets: FakeTickets
    private let loop: EventLoop

    init(_ tickets: FakeTickets, on loop: EventLoop) {
        self.tickets = tickets
        self.loop = loop
    }

    func authorize(_ id: QRTicketID, secret: QRSecret?) async throws(GatewayError) {
        guard tickets.exists(id) else { throw .qrExpired }
        guard secret?.text == FakeTickets.secret else { throw .forbidden("no") }
    }

    func poll(_ id: QRTicketID) async throws(GatewayError) -> QRPollAnswer {
        let answer = try tickets.read(id)
        // What was read is old by the time that it comes back, as from a store elsewhere.
        let turn = Completion<Void>(on: loop)
        loop.inNextDrain { turn.finish(()) }
        await turn.value()
        // Who has gone does not wait: his sleep ends at once, and the loop would do nothing else.
        while tickets.isHeld, !Task.isCancelled { try? await loop.sleep(milliseconds: 1) }
        return answer
    }
}
