import Synchronization
import Testing
import UV
import WeChat

@testable import Gateway

/// Web logins over a store of tickets that is full, or away for a minute.
@Suite struct QRTicketStoreTroubleTests {
    /// A store that a test can hold up at one of its reads.
    private final class SlowTicketStore: QRTicketStore {
        private let store: MemoryQRTicketStore
        private let reads = Mutex(0)
        private let duringRead: @Sendable (Int) -> Void

        init(_ store: MemoryQRTicketStore, duringRead: @escaping @Sendable (Int) -> Void) {
            self.store = store
            self.duringRead = duringRead
        }

        func insert(
            _ ticket: QRTicket,
            picture: CodePicture?,
            now: Int64
        ) async throws(StoreError) -> QRTicketInsertion {
            try await store.insert(ticket, picture: picture, now: now)
        }

        func ticket(_ id: QRTicketID, now: Int64) async throws(StoreError) -> StoredQRTicket? {
            let found = try await store.ticket(id, now: now)
            duringRead(
                reads.withLock {
                    $0 += 1
                    return $0
                }
            )
            return found
        }

        func ticket(of scene: QRScene, now: Int64) async throws(StoreError) -> StoredQRTicket? {
            try await store.ticket(of: scene, now: now)
        }

        func replace(_ ticket: QRTicket, version: UInt64, now: Int64) async throws(StoreError) -> Bool {
            try await store.replace(ticket, version: version, now: now)
        }

        func picture(of id: QRTicketID, now: Int64) async throws(StoreError) -> CodePicture? {
            try await store.picture(of: id, now: now)
        }

        func counts(now: Int64) -> [QRStatus: Int] { store.counts(now: now) }

        func sweep(now: Int64) { store.sweep(now: now) }
    }

    private func service(_ fixture: QRFixture, over store: any QRTicketStore) throws -> QRTicketService {
        try QRTicketService(
            on: fixture.loop,
            store: store,
            changes: fixture.shared.changes,
            codes: fixture.shared.codes,
            users: fixture.users.users,
            sessions: fixture.users.sessions,
            records: fixture.users.records,
            policy: QRPolicy(),
            limits: fixture.shared.limits,
            metrics: fixture.shared.metrics,
            clock: fixture.clock.wall
        )
    }

    @Test func `a claim whose ticket has ended before its session is in it leaves no session`() async throws {
        let fixture = try QRFixture()
        let phone = try await fixture.session()
        let new = try await fixture.confirmed(by: phone)
        let clock = fixture.clock
        // The first read finds what can be claimed, the second one is to put the login into the ticket.
        let slow = SlowTicketStore(fixture.shared.store) { if $0 == 2 { clock.advance(milliseconds: 200_000) } }
        let late = try service(fixture, over: slow)
        #expect(try await late.poll(new.ticket.id).status == .expired)
        let sessions = try await fixture.users.store.sessions(of: UserFixture.key, now: clock.wall.seconds)
        #expect(sessions.map(\.channel) == [.mini])
    }

    @Test func `without room there is no new login, and the ones that are there go on`() async throws {
        let fixture = try QRFixture()
        let store = MemoryQRTicketStore(limits: QRTicketTable.Limits(tickets: 1))
        let small = try service(fixture, over: store)
        let request = QRTicketRequest(
            app: try GatewaySamples.app(),
            via: .code,
            asker: QRTicket.Asker(site: nil, address: nil, userAgent: nil),
            limitAddress: "192.0.2.9"
        )
        let new = try await small.create(request)
        #expect(await outcome { _ = try await small.create(request) } == "overloaded")
        #expect(fixture.moved("wxgate_qr_refusals_total") == [#"{reason="full"} 1"#])
        #expect(try await small.poll(new.ticket.id).status == .pending)
        fixture.clock.advance(milliseconds: 182_000)
        #expect(await outcome { _ = try await small.create(request) } == "ok")
    }
}
