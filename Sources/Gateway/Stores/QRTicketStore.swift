public import WeChat

/// A ticket and what tells this state of it from every other.
public struct StoredQRTicket: Equatable, Sendable {
    /// The ticket.
    public var ticket: QRTicket
    /// Changes with every change of the ticket.
    public let version: UInt64

    /// Puts the two together.
    public init(ticket: QRTicket, version: UInt64) {
        self.ticket = ticket
        self.version = version
    }
}

/// What came of storing a new ticket.
public enum QRTicketInsertion: Equatable, Sendable {
    case inserted
    /// The store has as many tickets as it takes.
    case full
}

/// Keeps the tickets of web logins. Any loop; implementations are shared by all.
///
/// What a ticket may become is decided by ``QRTicketStateMachine`` everywhere; a store only sees to it that of two
/// changes of the same state one is made. `now` is in Unix milliseconds.
public protocol QRTicketStore: Sendable {
    /// Stores a new ticket, with its picture if it has one. Its id and scene are new to the store, being random.
    func insert(_ ticket: QRTicket, picture: CodePicture?, now: Int64) async throws(StoreError) -> QRTicketInsertion

    /// A ticket that is not forgotten yet (``QRTicketStateMachine/forgottenAt``).
    func ticket(_ id: QRTicketID, now: Int64) async throws(StoreError) -> StoredQRTicket?

    /// The ticket of a scene.
    func ticket(of scene: QRScene, now: Int64) async throws(StoreError) -> StoredQRTicket?

    /// Stores what a ticket has become, if it is still what it was: compare-and-set.
    ///
    /// - Parameter version: of the state that was looked at.
    /// - Returns: false when the ticket has changed meanwhile, or is forgotten.
    func replace(_ ticket: QRTicket, version: UInt64, now: Int64) async throws(StoreError) -> Bool

    /// The picture of a ticket; kept as long as somebody may want to scan it and there is room.
    func picture(of id: QRTicketID, now: Int64) async throws(StoreError) -> CodePicture?

    /// How many tickets there are of each status, for gauges; never waits.
    func counts(now: Int64) -> [QRStatus: Int]

    /// Forgets some of what is over, little enough to be done on a loop; called about once a second.
    func sweep(now: Int64)
}
