internal import WeChat

/// The tickets of ``MemoryQRTicketStore``: found by id and by scene, and forgotten in the order of their time without
/// ever being searched through.
///
/// Each ticket is due once, in a bucket of one second: when it ends (it then counts as expired, and its picture goes) and,
/// once it has ended, when it is forgotten. A ticket that was given more time stays where it is and is moved when its old
/// second comes; one that ends sooner is put into the sooner bucket, and its place in the old one means nothing.
struct QRTicketTable: Sendable {
    /// What the table takes.
    struct Limits: Sendable {
        /// Tickets, those not yet forgotten included: at 120 s of life and 60 s of memory some 550 new ones a second, far
        /// above what WeChat draws. About 1 KiB each without the picture.
        var tickets = 100_000
        /// Bytes of pictures; WeChat's are some 60 to 200 KB. The oldest go first: who has not looked by now has it from
        /// the reply to its creation.
        var pictureBytes = 512 << 20
        /// Tickets that one sweep looks at: a few milliseconds. A second's sweep forgets what hours of a second's new
        /// tickets leave.
        var perSweep = 10_000
    }

    private struct Entry {
        var stored: StoredQRTicket
        var picture: CodePicture?
        /// As what it is counted.
        var status: QRStatus
        /// The second of its bucket.
        var due: Int64
    }

    private let limits: Limits
    private var entries: [QRTicketID: Entry] = [:]
    private var scenes: [QRScene: QRTicketID] = [:]
    /// By Unix second. Some ids mean nothing there any more.
    private var buckets: [Int64: [QRTicketID]] = [:]
    private var pictures = PictureOrder()
    private(set) var pictureBytes = 0
    /// Of each status, of tickets that are there.
    private(set) var counts = Dictionary(uniqueKeysWithValues: QRStatus.allCases.map { ($0, 0) })

    init(limits: Limits) {
        self.limits = limits
    }

    var ticketCount: Int { entries.count }

    /// Adds a ticket; false when there is no room.
    mutating func insert(_ ticket: QRTicket, picture: CodePicture?, now: Int64) -> Bool {
        if entries.count >= limits.tickets { sweep(now: now) }
        guard entries.count < limits.tickets else { return false }
        let status = ticket.life.status(now: now)
        let due = QRTicketTable.due(ticket, status)
        entries[ticket.id] = Entry(
            stored: StoredQRTicket(ticket: ticket, version: 0),
            picture: nil,
            status: status,
            due: due
        )
        scenes[ticket.scene] = ticket.id
        buckets[due, default: []].append(ticket.id)
        counts[status, default: 0] += 1
        if let picture, picture.bytes.count <= limits.pictureBytes { keep(picture, of: ticket.id) }
        return true
    }

    func ticket(_ id: QRTicketID, now: Int64) -> StoredQRTicket? { entry(id, now: now)?.stored }

    func ticket(of scene: QRScene, now: Int64) -> StoredQRTicket? { scenes[scene].flatMap { ticket($0, now: now) } }

    func picture(of id: QRTicketID, now: Int64) -> CodePicture? {
        guard let entry = entry(id, now: now), entry.stored.ticket.life.status(now: now) == .pending else { return nil }
        return entry.picture
    }

    /// Compare-and-set.
    mutating func replace(_ ticket: QRTicket, version: UInt64, now: Int64) -> Bool {
        guard var entry = entry(ticket.id, now: now), entry.stored.version == version else { return false }
        entry.stored = StoredQRTicket(ticket: ticket, version: version + 1)
        count(&entry, as: ticket.life.status(now: now))
        let due = QRTicketTable.due(ticket, entry.status)
        if due < entry.due {
            entry.due = due
            buckets[due, default: []].append(ticket.id)
        }
        entries[ticket.id] = entry
        return true
    }

    /// Deals with tickets whose second is over, the oldest seconds first.
    mutating func sweep(now: Int64) {
        var budget = limits.perSweep
        // Some thousands of buckets at the most, for a life is at most an hour.
        for second in buckets.keys.filter({ $0 < QRTicketTable.second(now) }).sorted() {
            guard budget > 0, var bucket = buckets.removeValue(forKey: second) else { return }
            let rest = max(0, bucket.count - budget)
            budget -= bucket.count - rest
            let ids = Array(bucket[rest...])
            bucket.removeSubrange(rest...)
            if !bucket.isEmpty { buckets[second] = bucket }
            for id in ids { comeDue(id, second: second, now: now) }
        }
    }

    private mutating func comeDue(_ id: QRTicketID, second: Int64, now: Int64) {
        guard var entry = entries[id], entry.due == second else { return }
        let life = entry.stored.ticket.life
        if now >= life.forgottenAt { return remove(id, entry) }
        count(&entry, as: life.status(now: now))
        entry.due = QRTicketTable.due(entry.stored.ticket, entry.status)
        buckets[entry.due, default: []].append(id)
        entries[id] = entry
    }

    private mutating func remove(_ id: QRTicketID, _ entry: Entry) {
        var entry = entry
        dropPicture(of: &entry)
        entries[id] = nil
        scenes[entry.stored.ticket.scene] = nil
        counts[entry.status, default: 0] -= 1
    }

    private func entry(_ id: QRTicketID, now: Int64) -> Entry? {
        guard let entry = entries[id], now < entry.stored.ticket.life.forgottenAt else { return nil }
        return entry
    }

    private mutating func count(_ entry: inout Entry, as status: QRStatus) {
        counts[entry.status, default: 0] -= 1
        counts[status, default: 0] += 1
        entry.status = status
        if status != .pending { dropPicture(of: &entry) }
    }

    // MARK: - Pictures

    private mutating func keep(_ picture: CodePicture, of id: QRTicketID) {
        while pictureBytes + picture.bytes.count > limits.pictureBytes, let oldest = pictures.removeFirst() {
            guard var entry = entries[oldest], entry.picture != nil else { continue }
            dropPicture(of: &entry)
            entries[oldest] = entry
        }
        entries[id]?.picture = picture
        pictureBytes += picture.bytes.count
        pictures.append(id)
        let entries = entries
        pictures.compact { entries[$0]?.picture != nil }
    }

    private mutating func dropPicture(of entry: inout Entry) {
        guard let picture = entry.picture else { return }
        entry.picture = nil
        pictureBytes -= picture.bytes.count
        pictures.leave()
    }

    // MARK: - Time

    private static func second(_ milliseconds: Int64) -> Int64 { milliseconds / 1000 }

    /// The second in which something is to be done about a ticket of this status.
    private static func due(_ ticket: QRTicket, _ status: QRStatus) -> Int64 {
        second(status.isFinal ? ticket.life.forgottenAt : ticket.life.endsAt)
    }
}
