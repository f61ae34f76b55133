import OpenSSL
import Testing

@Suite struct Base64Tests {
    // RFC 4648 section 10, and bytes that need the two characters in which the alphabets differ.
    static let vectors: [(bytes: [UInt8], standard: String, urlSafe: String)] = [
        ([], "", ""),
        (Array("f".utf8), "Zg==", "Zg"),
        (Array("fo".utf8), "Zm8=", "Zm8"),
        (Array("foo".utf8), "Zm9v", "Zm9v"),
        (Array("foob".utf8), "Zm9vYg==", "Zm9vYg"),
        (Array("fooba".utf8), "Zm9vYmE=", "Zm9vYmE"),
        (Array("foobar".utf8), "Zm9vYmFy", "Zm9vYmFy"),
        ([0xfb, 0xff, 0xfe], "+//+", "-__-"),
    ]

    @Test(arguments: vectors)
    func `encodes and decodes the vectors of RFC 4648`(bytes: [UInt8], standard: String, urlSafe: String) {
        #expect(Base64.encode(bytes.span) == standard)
        #expect(Base64.encodeURLSafe(bytes.span) == urlSafe)
        #expect(decode(standard) == bytes)
        #expect(decodeURLSafe(urlSafe) == bytes)
        var buffer = Array("x.".utf8)
        Base64.appendURLSafe(bytes.span, to: &buffer)
        #expect(String(decoding: buffer, as: UTF8.self) == "x." + urlSafe)
    }

    @Test func `random bytes of every length survive both alphabets`() throws {
        for count in 0...130 {
            let bytes = try SecureRandom.generate(count)
            #expect(decode(Base64.encode(bytes.span)) == bytes)
            #expect(decodeURLSafe(Base64.encodeURLSafe(bytes.span)) == bytes)
        }
    }

    @Test(arguments: [
        "Z", "Zg", "Zg=", "Zg===", "Zm9v=", "Zm9v====", "====", "=", "==", "Z===", "=Zg=", "Zg=Z", "Zm9v Zm9v",
        "Zg==\n",
        "Zm9vYg==Zm9v", "-__-", "Zm9ü", "Zm\u{0}v", "Zh==", "Zm9=",
    ])
    func `standard decoding refuses what no encoder writes`(text: String) {
        #expect(decode(text) == nil)
    }

    @Test(arguments: ["Z", "Zg==", "Zm8=", "+//+", "Zm9vY", "Zh", "Zm9", "Zm 8", "Zm8\n", "Zm8.", "微信", "%5a%67"])
    func `url-safe decoding refuses what no encoder writes`(text: String) {
        #expect(decodeURLSafe(text) == nil)
    }

    @Test func `a wrong character is found wherever it stands`() throws {
        let wrong: [UInt8] = [0, 0x20, 0x2b, 0x2e, 0x2f, 0x3d, 0x40, 0x5b, 0x60, 0x7b, 0x7f, 0x80, 0xc1, 0xff]
        for count in [1, 2, 3, 4, 6, 9, 32, 50] {
            let bytes = try SecureRandom.generate(count)
            let text = Array(Base64.encodeURLSafe(bytes.span).utf8)
            for index in text.indices {
                for character in wrong {
                    var changed = text
                    changed[index] = character
                    let decoded = Base64.decodeURLSafe(changed.span)
                    #expect(decoded == nil, "\(character) at \(index) of \(count) bytes")
                }
            }
        }
    }

    @Test func `a byte has exactly one text`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var texts = 0
        for first in alphabet {
            for second in alphabet where decodeURLSafe(String(decoding: [first, second], as: UTF8.self)) != nil {
                texts += 1
            }
        }
        #expect(texts == 256)
    }

    private func decode(_ text: String) -> [UInt8]? { Base64.decode(text.utf8Span.span) }
    private func decodeURLSafe(_ text: String) -> [UInt8]? { Base64.decodeURLSafe(text.utf8Span.span) }

    @Test func `into a buffer of exactly the room it needs, decoding gives the same`() throws {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            let text = Array(Base64.encodeURLSafe(bytes.span).utf8)
            for changed in [text]
                + text.indices.flatMap({ index in
                    [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "B"), 0, 0x80, 0xFF].map { byte in
                        var changed = text
                        changed[index] = byte
                        return changed
                    }
                })
            {
                var room = [UInt8](repeating: 0xAA, count: changed.count * 3 / 4)
                var span = room.mutableSpan
                let written = Base64.decodeURLSafe(changed.span, into: &span)
                let array = Base64.decodeURLSafe(changed.span)
                #expect(written.map { Array(room[..<$0]) } == array)
                #expect(changed != text || array == bytes)
            }
        }
    }
}
