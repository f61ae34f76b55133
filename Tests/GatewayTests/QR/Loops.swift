import OpenSSL
import UV

@testable import Gateway

/// Runs the same at once in services of many loops, which share what a gateway's loops share.
enum Loops {
    /// The outcomes, by number.
    static func run(
        _ count: Int,
        _ fixture: QRFixture,
        _ body: @escaping @Sendable (QRTicketService, Int) async throws -> String
    ) async throws -> [String] {
        let (shared, users) = (fixture.shared, (fixture.users.users, fixture.users.store, fixture.users.erasures))
        return try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for number in 0..<count {
                group.addTask { @concurrent in
                    let loop = try EventLoop()
                    let records = try RecordCipher(keys: [try GatewaySamples.dataKey()])
                    let service = try QRTicketService(
                        on: loop,
                        store: shared.store,
                        changes: shared.changes,
                        codes: shared.codes,
                        users: users.0,
                        sessions: SessionService(
                            store: users.1,
                            policy: SessionPolicy(),
                            keys: [try GatewaySamples.signingKey()],
                            records: records,
                            clock: shared.clock.wall
                        ),
                        records: records,
                        policy: QRPolicy(),
                        limits: shared.limits,
                        metrics: shared.metrics,
                        clock: shared.clock.wall
                    )
                    let outcome = try await body(service, number)
                    _ = loop.close()
                    return (number, outcome)
                }
            }
            var outcomes = Array(repeating: "", count: count)
            for try await (number, outcome) in group { outcomes[number] = outcome }
            return outcomes
        }
    }
}
