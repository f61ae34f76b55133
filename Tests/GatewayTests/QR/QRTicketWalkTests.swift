import TestSupport
import Testing

@testable import Gateway

/// What holds for a ticket whatever happens in whatever order.
@Suite struct QRTicketWalkTests {
    private static let order: [QRStatus] = [.pending, .scanned, .confirmed, .claimed]

    @Test(arguments: UInt64(0)..<400)
    func `no walk makes two logins, goes back, or gives a nonce away`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var machine = QRTicketStateMachine(expiresAt: QRSamples.start + 120_000)
        let phones = [
            QRSamples.scanner(), QRSamples.scanner("tablet"), QRSamples.scanner(user: "o-other"),
        ]
        var now = QRSamples.start
        var owner: QRScanner?
        var nonces: [QRNonce] = []
        var logins: Set<[UInt8]> = []
        var told = QRStatus.pending
        var wasGone = false
        var claims: UInt64 = 0
        let latest = QRSamples.start + 120_000 + 60_000 + 15_000 + 5_000

        for step in 0..<120 {
            let big = Int.random(in: 0..<20, using: &generator) == 0
            now += Int64.random(in: 0...(big ? 40_000 : 2_500), using: &generator)
            let phone = phones[Int.random(in: 0..<phones.count, using: &generator)]
            let nonce = nonces.randomElement(using: &generator)
            switch Int.random(in: 0..<8, using: &generator) {
            case 0, 1:
                let fresh = try QRSamples.nonce()
                if let given = try? machine.scan(by: phone, nonce: fresh, now: now) {
                    if owner == nil { owner = phone } else { #expect(given != fresh, "step \(step)") }
                    #expect(owner == phone, "step \(step)")
                    #expect(nonces.allSatisfy { $0 == given }, "step \(step)")
                    nonces.append(given)
                }
            case 2:
                if (try? machine.confirm(by: phone, nonce: nonce, now: now)) != nil { #expect(phone == owner) }
            case 3 where Int.random(in: 0..<4, using: &generator) == 0:
                if (try? machine.cancel(by: phone, nonce: nonce, now: now)) != nil { #expect(phone == owner) }
            case 4:
                claims += 1
                if machine.beginClaim(claims, now: now) { #expect(machine.poll(now: now) == .claiming) }
            case 5:
                let claim = UInt64.random(in: 0...claims, using: &generator)
                let reply = SessionSamples.sealed("login \(claim)")
                if machine.finishClaim(claim, reply: reply, now: now) { logins.insert(reply.bytes) }
            case 6: _ = machine.abandonClaim(UInt64.random(in: 0...claims, using: &generator))
            default: break
            }
            #expect(logins.count <= 1, "step \(step)")
            let poll = machine.poll(now: now)
            if case .login(let reply) = poll { #expect(logins == [reply.bytes]) }
            wasGone = wasGone || poll == .gone
            #expect((poll == .gone) == wasGone, "what is forgotten never comes back; step \(step)")
            let status = machine.status(now: now)
            if told.isFinal {
                #expect(status == told, "step \(step)")
            } else if let place = Self.order.firstIndex(of: status) {
                #expect(place >= (Self.order.firstIndex(of: told) ?? 0), "step \(step)")
            }
            told = status
            #expect(machine.endsAt <= latest)
        }
    }
}
