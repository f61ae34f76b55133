import Testing

@testable import Gateway

@Suite struct TicketPollDecisionTests {
    private static func decision(
        _ status: QRStatus,
        remaining: Int64 = 90_000,
        seen: QRStatus?,
        waitLeft: UInt64,
        isDraining: Bool = false
    ) -> TicketPollDecision {
        TicketPollDecision(
            on: .status(status, remainingMilliseconds: remaining, profile: nil),
            seen: seen,
            waitLeft: waitLeft,
            claimWaitLeft: 0,
            isDraining: isDraining
        )
    }

    @Test(arguments: QRStatus.allCases) func `a poll waits only for a status that it knows and that may change`(
        status: QRStatus
    ) {
        for seen in QRStatus.allCases.map(Optional.init) + [nil] {
            let waits = seen == status && [.pending, .scanned, .confirmed].contains(status)
            #expect(Self.decision(status, seen: seen, waitLeft: 25_000) == (waits ? .wait(25_000) : .answer))
            #expect(Self.decision(status, seen: seen, waitLeft: 0) == .answer)
            #expect(Self.decision(status, seen: seen, waitLeft: 25_000, isDraining: true) == .answer)
        }
    }

    @Test(
        arguments: [(1, 1), (24_999, 24_999), (25_000, 25_000), (25_001, 25_000), (0, 1), (-5, 1)] as [(Int64, UInt64)]
    )
    func `a poll looks again when its ticket ends`(remaining: Int64, wait: UInt64) {
        #expect(Self.decision(.pending, remaining: remaining, seen: .pending, waitLeft: 25_000) == .wait(wait))
    }

    @Test(arguments: [true, false]) func `a claim under way is waited for in any case, a login is told in any case`(
        isDraining: Bool
    ) {
        let login = ClaimedLogin(token: BearerToken("t"), expiresIn: 1, reply: [])
        for seen in QRStatus.allCases.map(Optional.init) + [nil] {
            for waitLeft in [0, 25_000] as [UInt64] {
                for (left, expected) in [(5_000, .wait(5_000)), (1, .wait(1)), (0, .giveUp)]
                    as [(UInt64, TicketPollDecision)]
                {
                    let decision = TicketPollDecision(
                        on: .claiming(remainingMilliseconds: 1),
                        seen: seen,
                        waitLeft: waitLeft,
                        claimWaitLeft: left,
                        isDraining: isDraining
                    )
                    #expect(decision == expected)
                }
                let decision = TicketPollDecision(
                    on: .login(login, remainingMilliseconds: 1),
                    seen: seen,
                    waitLeft: waitLeft,
                    claimWaitLeft: 0,
                    isDraining: isDraining
                )
                #expect(decision == .answer)
            }
        }
    }
}
