internal import Synchronization
public import WeChat

/// Tickets in memory, gone with the process. Any thread: one lock, under which nothing waits and little is done.
public final class MemoryQRTicketStore: QRTicketStore {
    private let table: Mutex<QRTicketTable>

    /// An empty store with the limits of a gateway.
    public convenience init() { self.init(limits: QRTicketTable.Limits()) }

    init(limits: QRTicketTable.Limits) {
        table = Mutex(QRTicketTable(limits: limits))
    }

    /// As the protocol says.
    public func insert(
        _ ticket: QRTicket,
        picture: CodePicture?,
        now: Int64
    ) async throws(StoreError) -> QRTicketInsertion {
        table.withLock { $0.insert(ticket, picture: picture, now: now) ? .inserted : .full }
    }

    /// As the protocol says.
    public func ticket(_ id: QRTicketID, now: Int64) async throws(StoreError) -> StoredQRTicket? {
        table.withLock { $0.ticket(id, now: now) }
    }

    /// As the protocol says.
    public func ticket(of scene: QRScene, now: Int64) async throws(StoreError) -> StoredQRTicket? {
        table.withLock { $0.ticket(of: scene, now: now) }
    }

    /// As the protocol says.
    public func replace(_ ticket: QRTicket, version: UInt64, now: Int64) async throws(StoreError) -> Bool {
        table.withLock { $0.replace(ticket, version: version, now: now) }
    }

    /// As the protocol says; gone once the ticket is scanned or over, for then nobody may scan it.
    public func picture(of id: QRTicketID, now: Int64) async throws(StoreError) -> CodePicture? {
        table.withLock { $0.picture(of: id, now: now) }
    }

    /// As the protocol says. A ticket that has expired since the last sweep still counts as what it was until then.
    public func counts(now: Int64) -> [QRStatus: Int] {
        table.withLock { $0.counts }
    }

    /// As the protocol says.
    public func sweep(now: Int64) {
        table.withLock { $0.sweep(now: now) }
    }

    /// Bytes of all pictures that are kept.
    var pictureBytes: Int { table.withLock { $0.pictureBytes } }

    /// Tickets that take room, also those that nobody gets any more.
    var ticketCount: Int { table.withLock { $0.ticketCount } }
}
