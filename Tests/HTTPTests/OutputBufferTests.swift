import Testing

@testable import HTTP

@Suite struct OutputBufferTests {
    private func text(_ buffer: OutputBuffer) -> String {
        buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [1, 7, 4_096]) func `pieces of every kind stand one behind the other, however small the start`(
        capacity: Int
    ) {
        let buffer = OutputBuffer(capacity: capacity)
        for _ in 0..<2 {
            buffer.append(literal: "a: ")
            buffer.append("kein Unterschied, ü")
            buffer.append(UInt8(ascii: ";"))
            buffer.append(Array("bytes".utf8))
            buffer.append([])
            buffer.append("")
            buffer.append(sanitized: "x\r\ny\u{0}z\u{7f}")
            buffer.append(count: 2) { $0.initialize(repeating: UInt8(ascii: "-")) }
            #expect(text(buffer) == "a: kein Unterschied, ü;bytesx  y z --")
            buffer.removeAll()
            #expect(buffer.count == 0 && text(buffer) == "")
        }
    }

    @Test(arguments: [0, 1, 9, 10, 11, 99, 100, 12_345, 999_999_999, 1_000_000_000, Int.max - 1, Int.max])
    func `numbers are written in decimal`(number: Int) {
        let buffer = OutputBuffer(capacity: 1)
        buffer.append(decimal: number)
        buffer.append(UInt8(ascii: ","))
        #expect(text(buffer) == "\(number),")
    }

    @Test func `the memory of one large message is given back`() {
        let buffer = OutputBuffer()
        let large = [UInt8](repeating: 1, count: 1_000_000)
        buffer.append(large)
        #expect(buffer.withUnsafeBytes { $0.elementsEqual(large) })
        buffer.removeAll()
        buffer.append(large)
        #expect(buffer.count == large.count)
    }

    @Test func `an array that somebody still has is not written again`() {
        let buffer = OutputBuffer(capacity: 4)
        var arrays: [[UInt8]] = []
        // The same length twice in a row, and another one.
        for text in ["", "", "ab", "cd", "efg", "hi", "jk"] {
            buffer.removeAll()
            buffer.append(text)
            arrays.append(buffer.keptArray())
            // This one is let go at once, so that the next may have its memory.
            #expect(buffer.keptArray() == Array(text.utf8))
        }
        #expect(arrays.map { String(decoding: $0, as: UTF8.self) } == ["", "", "ab", "cd", "efg", "hi", "jk"])
    }
}
