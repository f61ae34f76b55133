import TestSupport
import Testing

@testable import Gateway

@Suite struct RowTableTests {
    private struct Row: Equatable {
        let bytes: [UInt8]
        let number: Int64
    }

    private func row(of user: UserDigest, in table: borrowing RowTable) -> Row? {
        table.withRow(of: user) { bytes, number in Row(bytes: bytes.indices.map { bytes[$0] }, number: number) }
    }

    private func rows(in table: borrowing RowTable) -> [UserDigest: [UInt8]] {
        var found: [UserDigest: [UInt8]] = [:]
        table.forEach { user, bytes in
            let before = found.updateValue(bytes.indices.map { bytes[$0] }, forKey: user)
            #expect(before == nil)
            return true
        }
        return found
    }

    @Test func `a new table has no rows`() {
        let table = RowTable()
        #expect(table.count == 0 && rows(in: table).isEmpty)
        #expect(row(of: UserDigest(low: 0, high: 0), in: table) == nil)
    }

    /// Digests of few different halves, so that rows crowd, wrap around the table's end and share half of their digest.
    @Test(arguments: [UInt64(1), 2, 3]) func `random steps leave what they leave in a dictionary`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var table = RowTable()
        var expected: [UserDigest: Row] = [:]
        for step in 0..<20_000 {
            let range: UInt64 = step < 10_000 ? 40 : 400
            let low = UInt64.random(in: 0..<range, using: &random)
            let user = UserDigest(low: 0 &- low % 8 &+ low << 10, high: UInt64.random(in: 0...1, using: &random))
            if Int.random(in: 0..<5, using: &random) < 3 {
                let count = Int.random(in: 0...300, using: &random)
                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                let number = Int64.random(in: .min ... .max, using: &random)
                table.set(bytes.span, number: number, of: user)
                expected[user] = Row(bytes: bytes, number: number)
            } else {
                table.remove(user)
                expected[user] = nil
            }
            #expect(row(of: user, in: table) == expected[user])
            if step % 500 == 0 {
                #expect(table.count == expected.count)
                #expect(rows(in: table) == expected.mapValues(\.bytes))
                for (user, kept) in expected { #expect(row(of: user, in: table) == kept) }
            }
        }
    }

    @Test func `it grows to a hundred thousand rows and empties again`() {
        var random = SeededGenerator(seed: 4)
        var table = RowTable()
        let users = (0..<100_000).map { _ in UserDigest(low: random.next(), high: random.next()) }
        for (number, user) in users.enumerated() {
            let bytes = [UInt8(number % 251)]
            table.set(bytes.span, number: Int64(number), of: user)
        }
        #expect(table.count == users.count)
        let isWhole = users.indices.allSatisfy {
            row(of: users[$0], in: table) == Row(bytes: [UInt8($0 % 251)], number: Int64($0))
        }
        #expect(isWhole)
        for user in users { table.remove(user) }
        #expect(table.count == 0 && rows(in: table).isEmpty)
    }

    @Test func `going over the rows ends when enough was seen`() {
        var table = RowTable()
        let none: [UInt8] = []
        for number in 0..<10 { table.set(none.span, number: 0, of: UserDigest(low: UInt64(number), high: 0)) }
        var seen = 0
        table.forEach { _, _ in
            seen += 1
            return seen < 3
        }
        #expect(seen == 3)
    }
}
