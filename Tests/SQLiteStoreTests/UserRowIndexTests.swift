import TestSupport
import Testing

@testable import SQLiteStore

@Suite struct UserRowIndexTests {
    private struct Refused: Error {}

    private func rows(_ index: UserRowIndex, _ hash: UInt32) -> Set<Int64> {
        var rows: Set<Int64> = []
        _ = index.first(under: hash) { row in
            rows.insert(row)
            return false
        }
        return rows
    }

    @Test func `rows under one hash are told apart by who looks into them`() {
        var index = UserRowIndex()
        for row: Int64 in 1...5 { index.insert(row, under: 7) }
        #expect(index.first(under: 7) { $0 == 4 } == 4)
        #expect(index.first(under: 7) { _ in false } == nil)
        #expect(index.first(under: 8) { _ in true } == nil)
        index.remove(4, under: 7)
        #expect(rows(index, 7) == [1, 2, 3, 5])
    }

    @Test func `what a look into a row throws comes through`() {
        var index = UserRowIndex()
        index.insert(1, under: 7)
        #expect(throws: Refused.self) {
            try index.first(under: 7) { _ throws(Refused) in throw Refused() }
        }
    }

    @Test func `the largest row and the largest hash have their place`() {
        var index = UserRowIndex()
        index.insert(UserRowIndex.rowMax, under: .max)
        #expect(rows(index, .max) == [UserRowIndex.rowMax])
    }

    /// Few different hashes, whose runs meet and go round the end of the table.
    @Test(arguments: [8, 200, 1 << 32] as [UInt64]) func `through thousands of changes it has what a dictionary has`(
        hashes: UInt64
    ) {
        var random = SeededGenerator(seed: hashes)
        var index = UserRowIndex()
        var model: [UInt32: Set<Int64>] = [:]
        var all: [(row: Int64, hash: UInt32)] = []
        for row: Int64 in 1...6_000 {
            // Near the top, so that a run begins at the table's end.
            let hash = UInt32(truncatingIfNeeded: UInt64(UInt32.max) &- random.next() % hashes)
            index.insert(row, under: hash)
            model[hash, default: []].insert(row)
            all.append((row, hash))
            if row % 3 == 0 {
                let (gone, under) = all.remove(at: Int(random.next() % UInt64(all.count)))
                index.remove(gone, under: under)
                // Once more is nothing.
                index.remove(gone, under: under)
                model[under]?.remove(gone)
            }
            guard hashes > 8 || row % 500 == 0 else { continue }
            #expect(rows(index, hash) == model[hash])
        }
        #expect(index.count == all.count)
        for (hash, expected) in model where !(rows(index, hash) == expected) { Issue.record("hash \(hash)") }
    }
}
