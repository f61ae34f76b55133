import TestSupport
import Testing
import WeChat

@testable import Gateway

@Suite struct CodeTableTests {
    private let client = ClientIdentity(nonce: "n", address: nil)

    private func record(_ number: Int, app: String = "wx1") throws -> CodeRecord {
        let key = CodeKey(appID: app, code: try #require(LoginCode("code-\(number)")))
        return CodeRecord(key, leader: client)
    }

    @Test func `a record is found by its key until it is removed`() throws {
        var table = CodeTable()
        let (one, other) = (try record(1), try record(1, app: "wx2"))
        #expect(table.record(of: one.key) == nil && table.count == 0)
        table.insert(one)
        table.insert(other)
        #expect(table.record(of: try record(1).key) === one)
        #expect(table.record(of: other.key) === other && table.count == 2)
        table.remove(one)
        table.remove(one)
        #expect(table.record(of: one.key) == nil && table.record(of: other.key) === other && table.count == 1)
    }

    @Test func `a record takes the place of an older one of its key, which then cannot be removed`() throws {
        var table = CodeTable()
        let (old, new) = (try record(1), try record(1))
        table.insert(old)
        table.insert(new)
        #expect(table.record(of: old.key) === new && table.count == 1)
        table.remove(old)
        #expect(table.record(of: old.key) === new && table.count == 1)
    }

    @Test func `it says what a dictionary says, however it grows and shrinks`() throws {
        var generator = SeededGenerator(seed: 16)
        var table = CodeTable()
        var expected: [Int: CodeRecord] = [:]
        for round in 0..<40_000 {
            let number = Int.random(in: 0..<3_000, using: &generator)
            // Grows for a while, then shrinks.
            let grows = round % 20_000 < 10_000
            if Int.random(in: 0..<10, using: &generator) < (grows ? 7 : 2) {
                let new = try record(number)
                table.insert(new)
                expected[number] = new
            } else if let old = expected[number] {
                table.remove(old)
                expected[number] = nil
            }
            if round % 4_000 == 0 {
                for number in 0..<3_000 {
                    let key = try record(number).key
                    #expect(table.record(of: key) === expected[number])
                }
            }
            #expect(table.count == expected.count)
        }
        for old in expected.values { table.remove(old) }
        #expect(table.count == 0)
    }
}
