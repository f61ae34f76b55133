import HTTP
import TestSupport
import Testing

/// Words at a time and byte by byte must come to the same.
@Suite struct SpanTextTests {
    /// Bytes at every place of a word, mostly harmless ones.
    private static func samples() -> [[UInt8]] {
        var random = SeededGenerator(seed: 17)
        let odd = Array("\".\\ ~".utf8) + [0, 0x1F, 0x20, 0x21, 0x23, 0x2D, 0x2F, 0x7E, 0x7F, 0x80, 0xFF]
        return (0..<2000).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Int.random(in: 0..<4, using: &random) == 0 ? odd.randomElement(using: &random) ?? 0 : UInt8(ascii: "a")
            }
        }
    }

    @Test func `the first dot is found from any place on`() {
        for bytes in Self.samples() {
            for start in 0...bytes.count {
                let naive = bytes[start...].firstIndex(of: UInt8(ascii: "."))
                let found = bytes.span.firstIndex(of: UInt8(ascii: "."), from: start)
                #expect(found == naive)
            }
        }
    }

    @Test func `the first byte that JSON may want escaped is found from any place on`() {
        for bytes in Self.samples() {
            for start in 0...bytes.count {
                let naive = bytes[start...].firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }
                let found = bytes.span.firstToEscape(from: start)
                #expect(found == naive ?? bytes.count)
            }
        }
    }

    @Test func `text is visible when each of its bytes is`() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<11 {
                var bytes = Array("Az09!~-_.:%".utf8)
                bytes[place] = byte
                let isVisible = bytes.span.isVisibleASCII
                #expect(isVisible == (0x21...0x7E).contains(byte), "\(byte)")
            }
        }
        let nothing: [UInt8] = []
        let isNothingVisible = nothing.span.isVisibleASCII
        #expect(isNothingVisible)
    }

    private func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.span.isEqual(to: right.span) }

    @Test func `bytes are equal to themselves and to nothing that differs anywhere`() {
        let bytes = Array("eyJhbGciOiJIUzI1NiJ9".utf8)
        for count in 0...bytes.count {
            let part = Array(bytes[..<count])
            #expect(isEqual(part, part))
            #expect(!isEqual(part, part + [0]))
            for index in part.indices {
                var other = part
                other[index] ^= 0x20
                #expect(!isEqual(part, other))
            }
        }
    }

    @Test func `a text is found at its place and nowhere else`() {
        let bytes = Array(#"{"iss":"wxgate","sub":"o"}"#.utf8)
        for offset in -1...bytes.count + 1 {
            let isMember = bytes.span.matches(#"","sub":""#, at: offset)
            let isEnd = bytes.span.matches("}", at: offset)
            #expect(isMember == (offset == 14) && isEnd == (offset == bytes.count - 1))
        }
    }

    @Test(arguments: [("bearer", true), ("BEARER", true), ("bEarEr", true), ("bearef", false), ("beare", false)])
    func `letters are equal in either case`(text: String, isEqual: Bool) {
        let bytes = Array(text.utf8)
        let found = bytes.span.isEqual(toLettersOf: "Bearer")
        #expect(found == isEqual)
    }

    @Test func `eight digits are their number, and anything else is none`() {
        var random = SeededGenerator(seed: 18)
        for round in 0..<2_000 {
            let number = round < 2 ? round * 99_999_999 : Int.random(in: 0...99_999_999, using: &random)
            let digits =
                Array(String(repeating: "0", count: 8 - String(number).count).utf8) + Array(String(number).utf8)
            let bytes = Array("x".utf8) + digits + Array("9".utf8)
            let found = bytes.span.eightDigits(at: 1)
            #expect(found == UInt64(number))
            let beyond = [-1, 3, .max].compactMap { bytes.span.eightDigits(at: $0) }
            #expect(beyond.isEmpty)
        }
        for index in 0..<8 {
            for byte in UInt8.min...UInt8.max where !(0x30...0x39).contains(byte) {
                var bytes = Array("90909090".utf8)
                bytes[index] = byte
                let found = bytes.span.eightDigits(at: 0)
                #expect(found == nil)
            }
        }
    }

    @Test func `a name with another byte anywhere is another, but for the case of letters`() {
        let name = Array("X-Request-Id".utf8)
        for index in name.indices {
            for byte in UInt8.min...0x7F {
                var other = name
                other[index] = byte
                let sent = Headers([("Host", "a"), (String(decoding: other, as: UTF8.self), "b")])
                let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(name[index] | 0x20)
                let isSame = byte == name[index] || (isLetter && byte ^ name[index] == 0x20)
                #expect(sent.withOnly(lowercased: "x-request-id") { $0.text() } == (isSame ? "b" : nil))
            }
        }
    }

    @Test func `only a field that is there once is handed over`() {
        func value(_ pairs: [(String, String)]) -> String? {
            Headers(pairs).withOnly(lowercased: "authorization") { $0.text() }
        }
        #expect(value([("Host", "a"), ("Authorization", "b c")]) == "b c")
        #expect(value([("AUTHORIZATION", "")]) == "")
        #expect(value([("Host", "a"), ("Authorizatio", "b")]) == nil)
        #expect(value([("Authorization", "a"), ("Host", "b"), ("authorization", "a")]) == nil)
    }
}
