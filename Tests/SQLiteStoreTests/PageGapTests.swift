import Testing

@testable import SQLiteStore

/// The layout of a page ("Database File Format", section 1.6).
@Suite struct PageGapTests {
    private func page(
        _ type: UInt8,
        cells: Int,
        first: Int,
        at header: Int = 0
    ) -> [UInt8] {
        var page = [UInt8](repeating: 0xee, count: 4096)
        page[header] = type
        page[header + 3] = UInt8(cells >> 8)
        page[header + 4] = UInt8(cells & 0xff)
        page[header + 5] = UInt8(first >> 8)
        page[header + 6] = UInt8(first & 0xff)
        return page
    }

    @Test(arguments: [(0x0d, 8), (0x0a, 8), (0x05, 12), (0x02, 12)] as [(UInt8, Int)])
    func `the gap begins after the list of cells and ends before the first`(type: UInt8, headerBytes: Int) {
        let bytes = page(type, cells: 10, first: 3_000)
        #expect(PageGap.range(in: bytes[...], isFirst: false) == headerBytes + 20..<3_000)
        let among = [UInt8](repeating: 1, count: 4096) + bytes
        #expect(PageGap.range(in: among[4096...], isFirst: false) == 4096 + headerBytes + 20..<4096 + 3_000)
    }

    @Test func `the first page has the file's header before its own`() {
        let bytes = page(0x0d, cells: 3, first: 4_000, at: 100)
        #expect(PageGap.range(in: bytes[...], isFirst: true) == 114..<4_000)
    }

    @Test(arguments: [0x00, 0x01, 0x03, 0x0b, 0xff] as [UInt8])
    func `a page of another kind has none`(type: UInt8) {
        #expect(PageGap.range(in: page(type, cells: 0, first: 4_096)[...], isFirst: false) == nil)
    }

    @Test(arguments: [(10, 28), (10, 20), (10, 0), (2_050, 4_000), (0, 4_097), (0xffff, 0xffff)])
    func `a full page has none, and no number leads beyond the page`(cells: Int, first: Int) {
        #expect(PageGap.range(in: page(0x0d, cells: cells, first: first)[...], isFirst: false) == nil)
    }

    @Test func `an empty page is all gap`() {
        #expect(PageGap.range(in: page(0x0d, cells: 0, first: 4_096)[...], isFirst: false) == 8..<4_096)
    }
}
