/// Reads tickets and changes them: each change is decided by the state machine on what was read, and made only if that
/// still is so. One a loop.
final class QRTickets {
    /// How often a change is tried that somebody else forestalls. A ticket changes at most six times in its life, so the
    /// last try of a healthy store never comes.
    private static let triesMax = 8

    private let store: any QRTicketStore
    private let changes: QRTicketChanges
    private let clock: WallClock

    init(store: any QRTicketStore, changes: QRTicketChanges, clock: WallClock) {
        self.store = store
        self.changes = changes
        self.clock = clock
    }

    /// A ticket that is not forgotten.
    func ticket(_ id: QRTicketID) async throws(GatewayError) -> StoredQRTicket? {
        let now = clock.milliseconds
        return try await StoreError.ask { () throws(StoreError) in try await store.ticket(id, now: now) }
    }

    /// The ticket of a scene.
    func ticket(of scene: QRScene) async throws(GatewayError) -> StoredQRTicket? {
        let now = clock.milliseconds
        return try await StoreError.ask { () throws(StoreError) in try await store.ticket(of: scene, now: now) }
    }

    /// Stores what a ticket has become, if nobody was faster. Tells nobody.
    func replace(_ ticket: QRTicket, version: UInt64) async throws(GatewayError) -> Bool {
        let now = clock.milliseconds
        return try await StoreError.ask { () throws(StoreError) in
            try await store.replace(ticket, version: version, now: now)
        }
    }

    /// Changes a ticket and tells who waits for it; what leaves it as it is changes nothing.
    ///
    /// - Parameters:
    ///   - found: as it was read a moment ago; it is read again when somebody else was faster.
    ///   - transition: gets Unix milliseconds; what it throws is the outcome. May be called several times.
    /// - Throws: `qrExpired` when the ticket is forgotten.
    func change<Outcome>(
        _ found: StoredQRTicket,
        _ transition: (inout QRTicketStateMachine, Int64) throws(GatewayError) -> Outcome
    ) async throws(GatewayError) -> Outcome {
        var found = found
        for _ in 0..<Self.triesMax {
            var changed = found.ticket
            let outcome = try transition(&changed.life, clock.milliseconds)
            if changed == found.ticket { return outcome }
            if try await replace(changed, version: found.version) {
                changes.announce(changed.id)
                return outcome
            }
            guard let again = try await ticket(changed.id) else { throw .qrExpired }
            found = again
        }
        throw .overloaded("This login is changed too often.", retryAfter: 1)
    }
}
