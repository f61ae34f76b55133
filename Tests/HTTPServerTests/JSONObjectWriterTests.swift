import FoundationEssentials
import HTTP
import TestSupport
import Testing

@testable import HTTPServer

@Suite struct JSONObjectWriterTests {
    private struct Decoded: Codable, Equatable {
        var text: String
        var number: Int
        var flag: Bool
    }

    private static let texts: [String] = [
        "", "\"", "\\", "\\\"", "/", "\u{0}", "\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f}", "\u{7f}", "\u{80}\u{9f}", "\u{a0}",
        "\u{2028}\u{2029}\u{feff}", "\u{d7ff}\u{e000}\u{fffd}\u{ffff}", "\u{10000}\u{10ffff}", "微信用户",
        "👨‍👩‍👧", "</script>", "{\"a\":1}", "a\u{301}",
    ]

    private func decoded(_ json: [UInt8]) throws -> Decoded {
        try JSONDecoder().decode(Decoded.self, from: Data(json))
    }

    private func written(_ text: String, _ number: Int, _ flag: Bool) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("text", text)
        json.add("number", number)
        json.add("flag", flag)
        return json.finish()
    }

    @Test(arguments: texts) func `Foundation reads any text back as it was`(text: String) throws {
        for flag in [true, false] {
            #expect(try decoded(written(text, 0, flag)) == Decoded(text: text, number: 0, flag: flag))
        }
    }

    @Test func `random strings and numbers survive`() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<3_000 {
            let text = Self.text(using: &generator)
            let number = Int(truncatingIfNeeded: generator.next())
            let read = try decoded(written(text, number, number < 0))
            // By bytes: String equality is canonical equivalence, JSON is not.
            #expect(Array(read.text.utf8) == Array(text.utf8))
            #expect(read.number == number && read.flag == (number < 0))
        }
    }

    @Test(arguments: texts) func `a buffer escapes as the writer does`(text: String) {
        for text in [text, String(repeating: "o", count: 13) + text + "微", text + String(repeating: "-", count: 9)] {
            var written = JSONObjectWriter()
            written.add("a", text)
            let buffer = OutputBuffer()
            buffer.append(literal: #"{"a":""#)
            buffer.append(escaped: text.utf8Span.span)
            buffer.append(literal: #""}"#)
            #expect(buffer.array == written.finish())
        }
    }

    @Test(arguments: texts) func `no control character gets out unescaped`(text: String) {
        #expect(!written(text, 1, true).contains { $0 < 0x20 || $0 == 0x7f })
    }

    @Test func `what was written is what Foundation writes, but for its needless escapes`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        for text in ["", "plain", "quote \" and \\ end", "微信用户 👍"] {
            var json = JSONObjectWriter()
            json.add("flag", true)
            json.add("number", -17)
            json.add("text", text)
            let theirs = try encoder.encode(Decoded(text: text, number: -17, flag: true))
            #expect(json.finish() == Array(theirs))
        }
    }

    @Test func `members come in order, absent ones leave no trace, and none at all is an empty object`() {
        #expect(JSONObjectWriter().finish() == Array("{}".utf8))
        var json = JSONObjectWriter(capacity: 0)
        json.add("absent", String?.none)
        json.add("b", 1)
        json.add("absent", String?.none)
        json.add("a", String?.some("x"))
        json.add("inner", json: Array("[1,{}]".utf8))
        json.add("c", false)
        #expect(String(decoding: json.finish(), as: UTF8.self) == #"{"b":1,"a":"x","inner":[1,{}],"c":false}"#)
    }

    @Test func `an object within stands in its place, and digits in quotes`() {
        var json = JSONObjectWriter()
        json.add("before", 0)
        json.add("inner") { inner in
            inner.add("a", "x")
            inner.add("none") { _ in }
            inner.add("b", true)
        }
        json.add("empty") { _ in }
        json.add("id", digitsOf: -1_047)
        let text = String(decoding: json.finish(), as: UTF8.self)
        #expect(text == #"{"before":0,"inner":{"a":"x","none":{},"b":true},"empty":{},"id":"-1047"}"#)
    }

    @Test(arguments: ["\"", "\\", "\u{7f}", "\u{1f}", "\u{0}", "é", "\u{80}"])
    func `what must be escaped is found wherever it stands`(text: String) throws {
        for place in 0..<20 {
            for count in 0..<20 {
                let whole = String(repeating: "!", count: place) + text + String(repeating: "~", count: count)
                #expect(try decoded(written(whole, 0, true)).text == whole)
            }
        }
    }

    @Test(arguments: [Int.min, -1, 0, 1, .max]) func `whole numbers at their ends survive`(number: Int) throws {
        #expect(try decoded(written("", number, false)).number == number)
    }

    /// Up to 40 scalars, most of them where escaping or encoding has an edge.
    private static func text(using generator: inout SeededGenerator) -> String {
        var scalars = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            let upper: UInt32 = [0x30, 0x80, 0x100, 0x3000, 0x11_0000].randomElement(using: &generator) ?? 0x80
            if let scalar = Unicode.Scalar(UInt32.random(in: 0..<upper, using: &generator)) { scalars.append(scalar) }
        }
        return String(scalars)
    }
}
