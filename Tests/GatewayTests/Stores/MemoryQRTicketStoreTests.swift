import TestSupport
import Testing
import WeChat

@testable import Gateway

@Suite struct MemoryQRTicketStoreTests {
    private let start = QRSamples.start

    private func store(tickets: Int = 1_000, pictureBytes: Int = 1_000, perSweep: Int = 10_000) -> MemoryQRTicketStore {
        var limits = QRTicketTable.Limits()
        limits.tickets = tickets
        limits.pictureBytes = pictureBytes
        limits.perSweep = perSweep
        return MemoryQRTicketStore(limits: limits)
    }

    /// The counts that are not 0.
    private func counts(_ store: MemoryQRTicketStore, now: Int64) -> [QRStatus: Int] {
        store.counts(now: now).filter { $0.value != 0 }
    }

    @Test func `a ticket is found by its id and by its scene, and another is not`() async throws {
        let store = store()
        let ticket = try QRSamples.ticket()
        #expect(try await store.insert(ticket, picture: nil, now: start) == .inserted)
        #expect(try await store.ticket(ticket.id, now: start)?.ticket == ticket)
        #expect(try await store.ticket(of: ticket.scene, now: start)?.ticket == ticket)
        let other = try QRSamples.ticket()
        #expect(try await store.ticket(other.id, now: start) == nil)
        #expect(try await store.ticket(of: other.scene, now: start) == nil)
        #expect(try await !store.replace(other, version: 0, now: start))
    }

    @Test func `only who has seen the newest state changes it`() async throws {
        let store = store()
        var ticket = try QRSamples.ticket()
        _ = try await store.insert(ticket, picture: nil, now: start)
        let seen = try #require(try await store.ticket(ticket.id, now: start))
        _ = try ticket.life.scan(by: QRSamples.scanner(), nonce: try QRSamples.nonce(), now: start)
        #expect(try await store.replace(ticket, version: seen.version, now: start))
        #expect(try await !store.replace(seen.ticket, version: seen.version, now: start))
        let changed = try #require(try await store.ticket(of: ticket.scene, now: start))
        #expect(changed.ticket == ticket && changed.version != seen.version)
    }

    @Test func `of many changes at once from many threads one is made`() async throws {
        let store = store()
        for _ in 0..<200 {
            let ticket = try QRSamples.ticket()
            _ = try await store.insert(ticket, picture: nil, now: start)
            let version = try #require(try await store.ticket(ticket.id, now: start)).version
            let made = try await withThrowingTaskGroup(of: Bool.self) { group in
                for phone in 0..<8 {
                    var mine = ticket
                    _ = try mine.life.scan(
                        by: QRSamples.scanner("phone \(phone)"),
                        nonce: try QRSamples.nonce(),
                        now: start
                    )
                    group.addTask { [mine, start] in try await store.replace(mine, version: version, now: start) }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(made == 1)
        }
        #expect(counts(store, now: start) == [.scanned: 200])
    }

    // MARK: - Time

    @Test func `a forgotten ticket is absent whether or not it was swept, and the sweep frees its room`() async throws {
        let store = store()
        let ticket = try QRSamples.ticket()
        _ = try await store.insert(ticket, picture: try QRSamples.picture(), now: start)
        for now in [start + 179_999, start + 180_000] {
            let isThere = now < start + 180_000
            #expect(try await (store.ticket(ticket.id, now: now) != nil) == isThere)
            #expect(try await (store.ticket(of: ticket.scene, now: now) != nil) == isThere)
            #expect(try await store.replace(ticket, version: 0, now: now) == isThere)
        }
        #expect(store.ticketCount == 1)
        // First its end, then its forgetting.
        store.sweep(now: start + 181_000)
        store.sweep(now: start + 182_000)
        #expect(store.ticketCount == 0 && store.pictureBytes == 0)
        #expect(counts(store, now: start + 182_000).isEmpty)
    }

    @Test func `counts follow a ticket through its life`() async throws {
        let store = store()
        var ticket = try QRSamples.ticket()
        _ = try await store.insert(ticket, picture: nil, now: start)
        #expect(counts(store, now: start) == [.pending: 1])
        let nonce = try QRSamples.nonce()
        _ = try ticket.life.scan(by: QRSamples.scanner(), nonce: nonce, now: start)
        _ = try await store.replace(ticket, version: 0, now: start)
        #expect(counts(store, now: start) == [.scanned: 1])
        // Its old second comes, and it has more time.
        store.sweep(now: start + 121_000)
        #expect(counts(store, now: start) == [.scanned: 1])
        store.sweep(now: start + 181_000)
        #expect(counts(store, now: start) == [.expired: 1])
        #expect(try await store.ticket(ticket.id, now: start + 239_999) != nil)
        store.sweep(now: start + 241_000)
        #expect(store.ticketCount == 0)
    }

    @Test func `a ticket that ends early is forgotten early`() async throws {
        let store = store()
        var ticket = try QRSamples.ticket(lifeMilliseconds: 3_600_000)
        _ = try await store.insert(ticket, picture: nil, now: start)
        let nonce = try QRSamples.nonce()
        _ = try ticket.life.scan(by: QRSamples.scanner(), nonce: nonce, now: start)
        try ticket.life.cancel(by: QRSamples.scanner(), nonce: nonce, now: start)
        _ = try await store.replace(ticket, version: 0, now: start)
        #expect(counts(store, now: start) == [.cancelled: 1])
        store.sweep(now: start + 61_000)
        #expect(store.ticketCount == 0)
        store.sweep(now: start + 4_000_000)
        #expect(counts(store, now: start).isEmpty)
    }

    @Test func `a sweep does no more than it may, and later ones do the rest`() async throws {
        let store = store(perSweep: 10)
        for _ in 0..<35 { _ = try await store.insert(try QRSamples.ticket(), picture: nil, now: start) }
        let later = start + 1_000_000
        store.sweep(now: later)
        #expect(store.ticketCount == 25)
        for _ in 0..<3 { store.sweep(now: later) }
        #expect(store.ticketCount == 0)
    }

    // MARK: - Room

    @Test func `a full store takes no ticket until one is forgotten`() async throws {
        let store = store(tickets: 3)
        for _ in 0..<3 {
            #expect(try await store.insert(try QRSamples.ticket(), picture: nil, now: start) == .inserted)
        }
        let ticket = try QRSamples.ticket()
        #expect(try await store.insert(ticket, picture: nil, now: start) == .full)
        #expect(try await store.ticket(ticket.id, now: start) == nil)
        #expect(try await store.insert(ticket, picture: nil, now: start + 181_000) == .inserted)
        #expect(store.ticketCount == 1)
    }

    @Test func `the oldest pictures go first, and their tickets stay`() async throws {
        let store = store(pictureBytes: 1_000)
        var tickets: [QRTicket] = []
        for mark in 0..<15 as Range<UInt8> {
            let ticket = try QRSamples.ticket()
            tickets.append(ticket)
            _ = try await store.insert(ticket, picture: try QRSamples.picture(100, mark: mark), now: start)
        }
        #expect(store.pictureBytes == 1_000)
        for (mark, ticket) in tickets.enumerated() {
            let expected = mark < 5 ? nil : try QRSamples.picture(100, mark: UInt8(mark))
            #expect(try await store.picture(of: ticket.id, now: start) == expected)
            #expect(try await store.ticket(ticket.id, now: start) != nil)
        }
        let large = try QRSamples.ticket()
        _ = try await store.insert(large, picture: try QRSamples.picture(1_001), now: start)
        #expect(try await store.picture(of: large.id, now: start) == nil)
        #expect(store.pictureBytes == 1_000)
    }

    @Test func `a picture goes when its ticket is scanned or over`() async throws {
        let store = store()
        var scanned = try QRSamples.ticket()
        let expiring = try QRSamples.ticket()
        for ticket in [scanned, expiring] {
            _ = try await store.insert(ticket, picture: try QRSamples.picture(100), now: start)
        }
        _ = try scanned.life.scan(by: QRSamples.scanner(), nonce: try QRSamples.nonce(), now: start)
        _ = try await store.replace(scanned, version: 0, now: start)
        #expect(try await store.picture(of: scanned.id, now: start) == nil)
        #expect(store.pictureBytes == 100)
        #expect(try await store.picture(of: expiring.id, now: start + 119_999) != nil)
        #expect(try await store.picture(of: expiring.id, now: start + 120_000) == nil)
        store.sweep(now: start + 121_000)
        #expect(store.pictureBytes == 0)
    }

    @Test func `pictures that went in the midst leave no marks for ever`() {
        var order = PictureOrder()
        for _ in 0..<100_000 {
            guard let ticket = try? QRSamples.ticket() else { return }
            order.append(ticket.id)
            order.leave()
            order.compact { _ in false }
        }
        #expect(order.markCount <= 1_024)
    }

    @Test func `a store used by many loops at once counts what it has`() async throws {
        let store = store(tickets: 500, pictureBytes: 5_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<4 as Range<UInt64> {
                group.addTask { try await Self.use(store, seed: seed) }
            }
            try await group.waitForAll()
        }
        #expect(store.counts(now: 0).values.reduce(0, +) == store.ticketCount)
        #expect(store.counts(now: 0).values.allSatisfy { $0 >= 0 })
        #expect((0...5_000).contains(store.pictureBytes))
        for offset in 1...3 as ClosedRange<Int64> { store.sweep(now: QRSamples.start + offset * 10_000_000) }
        #expect(store.ticketCount == 0 && store.pictureBytes == 0)
    }

    private static func use(_ store: MemoryQRTicketStore, seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        var now = QRSamples.start
        var mine: [QRTicketID] = []
        for _ in 0..<3_000 {
            now += Int64.random(in: 0...400, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                let ticket = try QRSamples.ticket(createdAt: now)
                let picture = try QRSamples.picture(Int.random(in: 4...200, using: &generator))
                if try await store.insert(ticket, picture: picture, now: now) == .inserted { mine.append(ticket.id) }
            case 1, 2:
                guard let id = mine.randomElement(using: &generator),
                    var stored = try await store.ticket(id, now: now)
                else { continue }
                let nonce = stored.ticket.life.scan?.nonce
                let fresh = try QRSamples.nonce()
                if let nonce {
                    try? stored.ticket.life.cancel(by: QRSamples.scanner(), nonce: nonce, now: now)
                } else {
                    _ = try? stored.ticket.life.scan(by: QRSamples.scanner(), nonce: fresh, now: now)
                }
                _ = try await store.replace(stored.ticket, version: stored.version, now: now)
            default: store.sweep(now: now)
            }
        }
    }
}
