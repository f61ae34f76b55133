/// Overwrites what SQLite leaves of erased rows in the gaps of pages, a few pages at a time. On the store's thread, between
/// transactions.
///
/// Writes into the database file itself, and there only bytes that no reader looks at, so neither a reader in another
/// process nor a kill in the middle can see a difference.
final class GapScrubber {
    /// Pages read at once: 256 KiB.
    private static let chunkPages = 64
    /// Above this, the first byte of a page that is not of a b-tree may look like one that is.
    private static let pagesMax: Int64 = 1 << 24

    private let database: Database
    private let pageBytes: Int
    private let isPossible: Bool
    /// The page at which the next step begins; nil: nothing is left to do. A process before this one may have erased
    /// somebody and not come to the end.
    private var next: Int64? = 0

    init(_ database: Database) throws(SQLiteError) {
        self.database = database
        pageBytes = Int(try database.integer("PRAGMA page_size", action: "reading the page size"))
        // With auto-vacuum there are pages of a kind that cannot be told from others. Ours are made without.
        let vacuum = try database.integer("PRAGMA auto_vacuum", action: "reading how the file is vacuumed")
        isPossible = vacuum == 0 && pageBytes > 0 && pageBytes < 65_536
    }

    /// Whether pages are left to look at.
    var isDue: Bool { isPossible && next != nil }

    /// Something was erased: every page may hold a copy.
    func begin() {
        next = 0
    }

    /// Whether one step of so many pages is all that there is to do.
    func isDone(within max: Int64) throws(SQLiteError) -> Bool {
        let byteCount = try database.fileByteCount()
        return isPossible && byteCount <= max * Int64(pageBytes)
    }

    /// Looks at some pages. The log should be empty: what is only there is not seen, and comes into the file later.
    ///
    /// - Parameter max: pages at most.
    /// - Returns: whether that was all of them.
    @discardableResult
    func step(max: Int64) throws(SQLiteError) -> Bool {
        guard isPossible, let first = next else { return true }
        let count = try database.fileByteCount() / Int64(pageBytes)
        guard count < Self.pagesMax else {
            next = nil
            return true
        }
        let end = min(count, first + max)
        var page = first
        while page < end {
            let pages = Int(min(end - page, Int64(Self.chunkPages)))
            try scrub(from: page, pages: pages)
            page += Int64(pages)
        }
        // Pages in the cache still have what is gone from the file, and would bring it back when they change.
        database.releaseMemory()
        next = end < count ? end : nil
        return next == nil
    }

    private func scrub(from first: Int64, pages: Int) throws(SQLiteError) {
        let offset = first * Int64(pageBytes)
        let bytes = try database.readFile(at: offset, count: pages * pageBytes)
        for page in 0..<pages {
            let part = bytes[page * pageBytes..<(page + 1) * pageBytes]
            guard let gap = PageGap.range(in: part, isFirst: first == 0 && page == 0) else { continue }
            if bytes[gap].allSatisfy({ $0 == 0 }) { continue }
            try database.writeZeros(at: offset + Int64(gap.lowerBound), count: gap.count)
        }
    }
}
