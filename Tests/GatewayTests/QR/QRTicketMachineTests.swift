import Testing

@testable import Gateway

/// Every call in every state (contract section 4).
@Suite struct QRTicketMachineTests {
    private typealias Machine = QRTicketStateMachine

    /// Where a ticket may be.
    enum Place: CaseIterable {
        case created, scanned, confirmed, claiming, claimed, cancelled, unscannedExpired, scannedExpired,
            confirmedExpired
    }

    /// Who calls with what.
    enum Caller: CaseIterable {
        case scanner, scannerWithoutNonce, scannerWithWrongNonce, otherSession, otherUser

        var scanner: QRScanner {
            switch self {
            case .scanner, .scannerWithoutNonce, .scannerWithWrongNonce: QRSamples.scanner()
            case .otherSession: QRSamples.scanner("tablet")
            case .otherUser: QRSamples.scanner(user: "o-other")
            }
        }
    }

    private static let sealed = SessionSamples.sealed("login")
    private let start = QRSamples.start
    private let first: QRNonce
    private let wrong: QRNonce

    init() throws {
        first = try QRSamples.nonce()
        wrong = try QRSamples.nonce()
    }

    /// A ticket in that place, and the time then.
    private func machine(_ place: Place) throws -> (Machine, Int64) {
        var machine = Machine(expiresAt: start + 120_000)
        let phone = QRSamples.scanner()
        if place == .unscannedExpired { return (machine, start + 120_000) }
        if place != .created { _ = try machine.scan(by: phone, nonce: first, now: start) }
        switch place {
        case .created, .scanned, .unscannedExpired: break
        case .scannedExpired: return (machine, start + 180_000)
        case .cancelled: try machine.cancel(by: phone, nonce: first, now: start)
        case .confirmed: try machine.confirm(by: phone, nonce: first, now: start)
        case .confirmedExpired:
            try machine.confirm(by: phone, nonce: first, now: start)
            return (machine, start + 180_000)
        case .claiming, .claimed:
            try machine.confirm(by: phone, nonce: first, now: start)
            #expect(machine.beginClaim(1, now: start) == true)
            if place == .claimed { #expect(machine.finishClaim(1, reply: Self.sealed, now: start) == true) }
        }
        return (machine, start + 1)
    }

    private func nonce(of caller: Caller) -> QRNonce? {
        switch caller {
        case .scannerWithoutNonce: nil
        case .scannerWithWrongNonce: wrong
        default: first
        }
    }

    /// What came of a call: ok or the refusal.
    private func outcome(_ call: () throws(Machine.Refusal) -> Void) -> String {
        do throws(Machine.Refusal) {
            try call()
            return "ok"
        } catch {
            return "\(error)"
        }
    }

    // MARK: - Tables

    @Test(arguments: Place.allCases, [Caller.scanner, .otherSession, .otherUser])
    func `a scan comes to what the table says`(place: Place, caller: Caller) throws {
        var (machine, now) = try machine(place)
        let before = machine
        var given: QRNonce?
        let outcome = outcome { () throws(Machine.Refusal) in
            given = try machine.scan(by: caller.scanner, nonce: wrong, now: now)
        }
        let expected =
            switch (place, caller) {
            case (.created, _), (.scanned, .scanner): "ok"
            case (.unscannedExpired, _), (.scannedExpired, _), (.confirmedExpired, _): "expired"
            case (_, .scanner): "finished"
            default: "scannedByAnother"
            }
        #expect(outcome == expected)
        // A first scan has its own nonce, a repeat the first one's, nobody else any.
        #expect(given == (place == .created ? wrong : expected == "ok" ? first : nil))
        if place != .created { #expect(machine == before) }
    }

    @Test(arguments: Place.allCases, Caller.allCases)
    func `a confirm comes to what the table says`(place: Place, caller: Caller) throws {
        var (machine, now) = try machine(place)
        let before = machine
        let outcome = outcome { () throws(Machine.Refusal) in
            try machine.confirm(by: caller.scanner, nonce: nonce(of: caller), now: now)
        }
        let expected =
            switch (place, caller) {
            case (.created, _): "notScanned"
            case (.unscannedExpired, _), (.scannedExpired, _), (.confirmedExpired, _): "expired"
            case (.cancelled, .scanner): "finished"
            case (_, .scanner): "ok"
            default: "notTheScanner"
            }
        #expect(outcome == expected)
        #expect((machine == before) == !(place == .scanned && caller == .scanner))
    }

    @Test(arguments: Place.allCases, Caller.allCases)
    func `a cancel comes to what the table says`(place: Place, caller: Caller) throws {
        var (machine, now) = try machine(place)
        let before = machine
        let outcome = outcome { () throws(Machine.Refusal) in
            try machine.cancel(by: caller.scanner, nonce: nonce(of: caller), now: now)
        }
        let expected =
            switch (place, caller) {
            case (.created, _): "notScanned"
            case (.unscannedExpired, _), (.scannedExpired, _), (.confirmedExpired, _): "expired"
            case (.scanned, .scanner), (.cancelled, .scanner): "ok"
            case (_, .scanner): "finished"
            default: "notTheScanner"
            }
        #expect(outcome == expected)
        #expect((machine == before) == !(place == .scanned && caller == .scanner))
    }

    @Test(arguments: Place.allCases) func `a poll comes to what the table says`(place: Place) throws {
        let (machine, now) = try machine(place)
        let expected: Machine.Poll =
            switch place {
            case .created: .status(.pending)
            case .scanned: .status(.scanned)
            case .confirmed: .claimable(try #require(machine.scan))
            case .claiming: .claiming
            case .claimed: .login(Self.sealed)
            case .cancelled: .status(.cancelled)
            case .unscannedExpired, .scannedExpired, .confirmedExpired: .status(.expired)
            }
        #expect(machine.poll(now: now) == expected)
    }

    @Test(arguments: Place.allCases) func `a claim comes to what the table says`(place: Place) throws {
        var (machine, now) = try machine(place)
        let before = machine
        #expect(machine.finishClaim(2, reply: Self.sealed, now: now) == false)
        #expect(machine.abandonClaim(2) == false)
        #expect(machine.cancelClaim(2, now: now) == false)
        #expect(machine == before)
        #expect(machine.beginClaim(2, now: now) == (place == .confirmed))
        #expect((machine == before) == (place != .confirmed))
    }

    // MARK: - Time

    @Test func `a ticket lives to its last millisecond, and the first scan adds a minute once`() throws {
        var machine = Machine(expiresAt: start + 120_000)
        #expect(machine.status(now: start + 119_999) == .pending)
        #expect(machine.status(now: start + 120_000) == .expired)
        #expect(machine.remaining(now: start + 119_999) == 1)
        #expect(machine.remaining(now: start + 120_000) == 0)
        var late = machine
        #expect(throws: Machine.Refusal.expired) {
            _ = try late.scan(by: QRSamples.scanner(), nonce: first, now: start + 120_000)
        }
        for _ in 0..<3 { _ = try machine.scan(by: QRSamples.scanner(), nonce: first, now: start + 119_999) }
        #expect(machine.expiresAt == start + 180_000)
        #expect(machine.status(now: start + 179_999) == .scanned)
        #expect(machine.status(now: start + 180_000) == .expired)
    }

    @Test(arguments: [(0, 180_000), (164_999, 180_000), (165_000, 180_000), (165_001, 180_001), (179_999, 194_999)])
    func `a confirm leaves at least fifteen seconds`(at: Int64, expiresAt: Int64) throws {
        var machine = try machine(.scanned).0
        try machine.confirm(by: QRSamples.scanner(), nonce: first, now: start + at)
        #expect(machine.expiresAt == start + expiresAt)
        try machine.confirm(by: QRSamples.scanner(), nonce: first, now: start + at + 1)
        #expect(machine.expiresAt == start + expiresAt)
    }

    @Test func `an ended ticket is remembered for a minute to the millisecond, then it never was`() throws {
        for (place, end) in [
            (.created, 120_000), (.scanned, 180_000), (.confirmed, 180_000), (.claimed, 0), (.cancelled, 0),
        ] as [(Place, Int64)] {
            var machine = try machine(place).0
            #expect(machine.forgottenAt == start + end + 60_000, "\(place)")
            #expect(machine.poll(now: start + end + 59_999) != .gone, "\(place)")
            #expect(machine.poll(now: start + end + 60_000) == .gone, "\(place)")
            #expect(throws: Machine.Refusal.expired, "\(place)") {
                _ = try machine.scan(by: QRSamples.scanner(), nonce: first, now: start + end + 60_000)
            }
        }
    }

    @Test func `a login is told again for fifteen seconds to the millisecond`() throws {
        let machine = try machine(.claimed).0
        #expect(machine.poll(now: start + 14_999) == .login(Self.sealed))
        #expect(machine.poll(now: start + 15_000) == .status(.claimed))
        #expect(machine.status(now: start) == .claimed)
        #expect(machine.remaining(now: start) == 0)
    }

    // MARK: - Claims

    @Test func `a claim is taken over after five seconds, and then the first one comes to nothing`() throws {
        var machine = try machine(.claiming).0
        #expect(machine.beginClaim(2, now: start + 4_999) == false)
        #expect(machine.beginClaim(2, now: start + 5_000) == true)
        #expect(machine.finishClaim(1, reply: Self.sealed, now: start + 5_001) == false)
        #expect(machine.abandonClaim(1) == false)
        #expect(machine.cancelClaim(1, now: start + 5_001) == false)
        #expect(machine.finishClaim(2, reply: Self.sealed, now: start + 5_002) == true)
    }

    @Test func `a late finish that nobody has forestalled counts while the ticket lives`() throws {
        var machine = try machine(.claiming).0
        #expect(machine.finishClaim(1, reply: Self.sealed, now: start + 60_000) == true)
        #expect(machine.poll(now: start + 74_999) == .login(Self.sealed))
    }

    @Test func `a claim begun in time has its lease, and what comes later is expired for good`() throws {
        var machine = try machine(.confirmed).0
        #expect(machine.beginClaim(1, now: start + 179_999) == true)
        #expect(machine.poll(now: start + 184_998) == .claiming)
        #expect(machine.status(now: start + 184_998) == .confirmed)
        #expect(machine.remaining(now: start + 184_998) == 0)
        var late = machine
        #expect(machine.finishClaim(1, reply: Self.sealed, now: start + 184_998) == true)
        #expect(late.poll(now: start + 184_999) == .status(.expired))
        #expect(late.finishClaim(1, reply: Self.sealed, now: start + 184_999) == false)
        #expect(late.beginClaim(2, now: start + 184_999) == false)
        #expect(late.forgottenAt == start + 244_999)
    }

    @Test func `an abandoned claim is free at once, but brings no more time`() throws {
        var machine = try machine(.claiming).0
        #expect(machine.abandonClaim(1) == true)
        #expect(machine.beginClaim(2, now: start + 179_999) == true)
        #expect(machine.abandonClaim(2) == true)
        #expect(machine.poll(now: start + 180_000) == .status(.expired))
    }

    @Test func `a claim whose user is gone cancels the ticket`() throws {
        var machine = try machine(.claiming).0
        #expect(machine.cancelClaim(1, now: start + 7) == true)
        #expect(machine.poll(now: start + 7) == .status(.cancelled))
        #expect(machine.forgottenAt == start + 60_007)
    }
}
