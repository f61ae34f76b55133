import Testing

@testable import HTTP

/// The scans that look at eight bytes at a time, against the same question asked of each byte.
@Suite struct SpanScanTests {
    private func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    @Test func `each byte at each place of a word ends the scan or does not`() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<8 {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 16)
                bytes[place] = byte
                let span = bytes.span
                #expect(span.endOfPlainText(from: 0) == (isPlain(byte) ? 16 : place), "\(byte)")
                #expect(span.endOfTarget(from: 0) == (CharacterClass.isTarget(byte) ? 16 : place), "\(byte)")
            }
        }
    }

    @Test func `two bytes of a word never hide each other`() {
        for one in UInt8.min...UInt8.max {
            for other in UInt8.min...UInt8.max {
                let bytes = [UInt8(ascii: "x"), one, other, 0x30, 0x41, 0x61, 0x2D, 0x2E]
                let span = bytes.span
                let plain = !isPlain(one) ? 1 : !isPlain(other) ? 2 : 8
                let target = !CharacterClass.isTarget(one) ? 1 : !CharacterClass.isTarget(other) ? 2 : 8
                if span.endOfPlainText(from: 0) != plain || span.endOfTarget(from: 0) != target {
                    Issue.record("\(one) \(other)")
                }
            }
        }
    }

    @Test func `names match but for the case of letters, whichever byte of them differs`() {
        func check(_ name: StaticString, _ text: String) {
            for place in 0..<text.utf8.count {
                for byte in UInt8.min...UInt8.max {
                    var bytes = Array("x\(text)y".utf8)
                    bytes[place + 1] = byte
                    let expected = CharacterClass.lowercased(byte) == Array(text.utf8)[place]
                    let isMatch = bytes.span.matches(1..<bytes.count - 1, lowercased: name)
                    if isMatch != expected { Issue.record("\(text) with \(byte) at \(place)") }
                }
            }
            let capitals = Array(text.uppercased().utf8)
            let isCapitalsMatch = capitals.span.matches(0..<capitals.count, lowercased: name)
            #expect(isCapitalsMatch)
            let isPartMatch = capitals.span.matches(1..<capitals.count, lowercased: name)
            #expect(!isPartMatch)
        }
        check("host", "host")
        check("100-cont", "100-cont")
        check("connection", "connection")
        check("transfer-encoding", "transfer-encoding")
    }

    @Test func `a byte that no value may have is found wherever it stands`() {
        for count in [1, 7, 8, 31, 32, 33, 71, 100] {
            for place in 0..<count {
                for byte in UInt8.min...UInt8.max {
                    // What is allowed, but lies next to what is not, all around it.
                    var bytes = (0..<count).map { [0x09, 0x20, 0x7E, 0x80, 0xFF][$0 % 5] as UInt8 }
                    bytes[place] = byte
                    let expected = CharacterClass.isForbiddenInValue(byte) ? place : count
                    let span = bytes.span
                    if span.firstForbiddenInValue(from: place / 3) != expected { Issue.record("\(byte) at \(place)") }
                }
            }
        }
    }

    @Test func `what is left of a word is not looked at`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 15)
        let span = bytes.span
        #expect(span.endOfPlainText(from: 0) == 8 && span.endOfTarget(from: 3) == 11)
        #expect(span.endOfPlainText(from: 8) == 8 && span.endOfTarget(from: 15) == 15)
    }
}
