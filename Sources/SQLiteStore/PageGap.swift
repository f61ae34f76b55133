/// The unallocated part of a b-tree page: between its list of cells and its first cell ("Database File Format", section
/// 1.6).
///
/// `secure_delete` overwrites a cell that is deleted, but not the old copies of cells that SQLite moved when it divided a
/// page: those stay here, for a user who was erased too.
enum PageGap {
    /// The first page begins with the file's own header.
    private static let fileHeaderBytes = 100
    private static let leafHeaderBytes = 8
    private static let interiorHeaderBytes = 12

    /// Where the gap of a page is; nil when there is none, or when this is not a b-tree page.
    ///
    /// Pages of the other kinds that a file without auto-vacuum has begin with a page number: 0 in the first byte for
    /// files below 64 GiB.
    static func range(in page: ArraySlice<UInt8>, isFirst: Bool) -> Range<Int>? {
        let header = page.startIndex + (isFirst ? fileHeaderBytes : 0)
        guard page.endIndex - header > interiorHeaderBytes else { return nil }
        let headerBytes: Int
        switch page[header] {
        case 0x0a, 0x0d: headerBytes = leafHeaderBytes
        case 0x02, 0x05: headerBytes = interiorHeaderBytes
        default: return nil
        }
        let cells = number(in: page, at: header + 3)
        let first = number(in: page, at: header + 5)
        let start = header + headerBytes + 2 * cells
        // 0 means 65,536, which no page of ours has.
        let end = page.startIndex + first
        return first > 0 && start < end && end <= page.endIndex ? start..<end : nil
    }

    private static func number(in page: ArraySlice<UInt8>, at index: Int) -> Int {
        Int(page[index]) << 8 | Int(page[index + 1])
    }
}
