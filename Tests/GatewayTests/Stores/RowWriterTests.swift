import OpenSSL
import Testing

@testable import Gateway

@Suite struct RowWriterTests {
    @Test func `numbers, texts and bytes come one after the other`() {
        let bytes: [UInt8] = [7, 8]
        let row = RowWriter.bytes(countMax: 100) { row in
            row.put(UInt8(1))
            row.put(UInt32(2))
            row.put(Int64(-2))
            row.put("用")
            row.put(SealedRecord(bytes: [9]))
            row.put(TokenDigest(high: 3, low: 4))
            row.put(bytes.span)
            row.put(plain: "ab")
        }
        let texts: [UInt8] = [0, 0, 0, 3, 0xe7, 0x94, 0xa8, 0, 0, 0, 1, 9]
        let digest: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4]
        #expect(
            row == [1, 0, 0, 0, 2] + Array(repeating: 255, count: 7) + [254] + texts + digest + [7, 8, 0x61, 0x62]
        )
    }

    @Test(arguments: [0, 1, 1_023, 1_024, 1_025, 100_000]) func `rows of any length are handed on`(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let copy = RowWriter.with(countMax: count) {
            $0.put(bytes.span)
        } then: { row in
            row.indices.map { row[$0] }
        }
        #expect(copy == bytes)
        #expect(RowWriter.bytes(countMax: count) { $0.put(bytes.span) } == bytes)
        #expect(RowWriter.bytes(countMax: count) { _ in }.isEmpty)
    }

    @Test(arguments: [UInt64(0), 9, 10, 1_700_000_000, .max]) func `a number is written in its digits`(number: UInt64) {
        let digits = RowWriter.bytes(countMax: 20) { $0.put(digitsOf: number) }
        #expect(String(decoding: digits, as: UTF8.self) == String(number))
    }

    @Test func `Base64 is written in place, and what is there can be read`() {
        let bytes: [UInt8] = [0xff, 0xfe, 0xfd, 1]
        var count = 0
        let row = RowWriter.bytes(countMax: 10) { row in
            row.put(plain: "a.")
            row.put(base64: bytes.span)
            count = row.withBytes { $0.count }
        }
        #expect(String(decoding: row, as: UTF8.self) == "a." + Base64.encodeURLSafe(bytes.span))
        #expect(count == row.count)
    }

    @Test func `more than was asked for stops the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = RowWriter.bytes(countMax: 3) { $0.put(UInt32(0)) }
        }
    }
}
