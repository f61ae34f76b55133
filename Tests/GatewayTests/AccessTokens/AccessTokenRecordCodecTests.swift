import TestSupport
import Testing
import WeChat

@testable import Gateway

@Suite struct AccessTokenRecordCodecTests {
    private static func kept(
        _ token: String,
        _ mode: AccessTokenMode = .stable,
        obtainedAt: Int64 = 5,
        expiresAt: Int64 = 6
    ) throws -> KeptAccessToken {
        KeptAccessToken(
            token: try #require(AccessToken(token)),
            mode: mode,
            obtainedAt: obtainedAt,
            expiresAt: expiresAt
        )
    }

    private static func full() throws -> AccessTokenRecord {
        AccessTokenRecord(
            kept: try kept(String(repeating: "x", count: 512), .legacy, obtainedAt: -1, expiresAt: .max),
            deathFoundBy: .caller,
            budget: ForcedRefreshBudget(times: (0..<20).map { 1_700_000_000_000 + $0 }),
            calls: TokenCallBucket(level: TokenCallBucket.capacity, countedAt: .min)
        )
    }

    @Test func `what was written is read again`() throws {
        let records = [
            AccessTokenRecord(), try Self.full(), AccessTokenRecord(kept: try Self.kept("t")),
            AccessTokenRecord(budget: ForcedRefreshBudget(times: [7]), calls: TokenCallBucket(level: 0, countedAt: 9)),
        ]
        for record in records {
            #expect(AccessTokenRecordCodec.decode(AccessTokenRecordCodec.encode(record)) == record)
        }
    }

    @Test func `the first form stays readable`() throws {
        let row: [UInt8] =
            [1, 1, 2] + [0, 0, 0, 0, 0, 0, 0, 5] + [0, 0, 0, 0, 0, 0, 0, 6] + [0, 0, 0, 2, 0x74, 0x31]
            + [1] + [0, 1] + [0, 0, 0, 0, 0, 0, 0, 7] + [0, 59] + [0, 0, 0, 0, 0, 0, 0, 8]
        let record = AccessTokenRecord(
            kept: try Self.kept("t1", .legacy),
            deathFoundBy: .ownCall,
            budget: ForcedRefreshBudget(times: [7]),
            calls: TokenCallBucket(level: 59, countedAt: 8)
        )
        #expect(AccessTokenRecordCodec.decode(row) == record)
        #expect(AccessTokenRecordCodec.encode(record) == row)
    }

    @Test func `each truncation, each byte too many and each other form is no record`() throws {
        for record in [AccessTokenRecord(), try Self.full()] {
            var row = AccessTokenRecordCodec.encode(record)
            for count in row.indices { #expect(AccessTokenRecordCodec.decode(Array(row.prefix(count))) == nil) }
            #expect(AccessTokenRecordCodec.decode(row + [0]) == nil)
            row[0] = 2
            #expect(AccessTokenRecordCodec.decode(row) == nil)
        }
    }

    @Test func `an unknown mode or finder, a token that is none and a bucket above its capacity are no record`() throws
    {
        let row = AccessTokenRecordCodec.encode(AccessTokenRecord(kept: try Self.kept("t1")))
        let token = try #require(row.firstIndex(of: 0x74))
        for (index, byte) in [(1, 2), (2, 0), (2, 3), (token, 0x20), (row.count - 9, 61), (row.count - 13, 3)] {
            var changed = row
            changed[index] = UInt8(byte)
            #expect(AccessTokenRecordCodec.decode(changed) == nil, "byte \(index)")
        }
    }

    @Test func `whatever the bytes are, reading them ends well`() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let garbage = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                UInt8.random(in: 0...3, using: &random)
            }
            if let record = AccessTokenRecordCodec.decode([1] + garbage) {
                #expect(AccessTokenRecordCodec.encode(record) == [1] + garbage)
            }
        }
    }
}
