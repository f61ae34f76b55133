import FoundationEssentials
import JSON
import TestSupport
import Testing

@Suite struct JSONScannerTests {
    /// A member's value in a form that can be compared.
    private enum Value: Equatable {
        case text(String)
        case boolean(Bool)
        case number(String)
        case null
        case composite
    }

    private func read(_ json: [UInt8]) -> [(name: String, value: Value)]? {
        let bytes = json.span
        var members: [(name: String, value: Value)] = []
        do throws(JSONScanner.Malformed) {
            try JSONScanner.forEachMember(of: bytes) { name, value in
                let value: Value =
                    switch value {
                    case .text(let text): .text(text.string(in: bytes))
                    case .boolean(let flag): .boolean(flag)
                    case .number(let range): .number(String(decoding: json[range], as: UTF8.self))
                    case .null: .null
                    case .composite: .composite
                    }
                members.append((name.string(in: bytes), value))
            }
            return members
        } catch {
            return nil
        }
    }

    private func text(_ json: String) -> String? {
        guard let members = read(Array(json.utf8)), members.count == 1 else { return nil }
        if case .text(let text) = members[0].value { return text }
        return nil
    }

    @Test(arguments: [
        (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"), (#"\u0041\u00e9\u5FAE\u0000"#, "Aé微\u{0}"),
        (#"\ud83d\ude00"#, "😀"), (#"\uD800\uDC00\udbff\udfff"#, "\u{10000}\u{10ffff}"), (#"a\u0301"#, "a\u{301}"),
        ("微😀\u{7f}\u{80}\u{2028}", "微😀\u{7f}\u{80}\u{2028}"),
    ]) func `escapes stand for what RFC 8259 says`(escaped: String, expected: String) {
        #expect(text(#"{"a":"\#(escaped)"}"#)?.unicodeScalars.elementsEqual(expected.unicodeScalars) == true)
        #expect(read(Array(#"{"\#(escaped)":1}"#.utf8))?.first?.name == expected)
    }

    @Test(arguments: [
        #"\u"#, #"\u12"#, #"\u123g"#, #"\U0041"#, #"\ud83d"#, #"\ude00"#, #"\ud83d\u0041"#, #"\ud83dx"#, #"\ud83d\n"#,
        #"\a"#, #"\0"#, #"\'"#, "\\", "\n", "\t", "\u{0}", "\u{1f}",
    ]) func `broken escapes and control characters are no text`(broken: String) {
        #expect(read(Array(#"{"a":"\#(broken)"}"#.utf8)) == nil)
        #expect(read(Array(#"{"\#(broken)":"a"}"#.utf8)) == nil)
        #expect(read(Array(#"{"a":[{"b":"\#(broken)"}]}"#.utf8)) == nil)
    }

    @Test func `booleans are told apart`() {
        let members = read(Array(#"{"a":true,"b" : false,"c":[true,false]}"#.utf8))
        #expect(members?.map(\.value) == [.boolean(true), .boolean(false), .composite])
        for broken in ["tru", "True", "true1", "fals", "f", "truefalse"] {
            #expect(read(Array(#"{"a":\#(broken)}"#.utf8)) == nil)
        }
    }

    @Test(arguments: [
        "0", "-0", "10", "-17", "999999999999999999", "-99999999999999999999999999", "10.0", "0.0", "-0.5", "1e3",
        "1E0", "0e0", "-1.05e+10", "1E-2",
    ]) func `numbers are told as they stand there, the nested ones not`(text: String) {
        #expect(read(Array("{\"a\":\(text)}".utf8))?.map(\.value) == [.number(text)])
        #expect(
            read(Array("{\"a\": \(text) ,\"b\":[\(text)],\"c\":{\"d\":\(text)}}".utf8))?.map(\.value)
                == [.number(text), .composite, .composite]
        )
    }

    @Test(arguments: [
        "[]", "[ ]", "[1 , [null] ,{}]",
        "{}",
        "{ \"b\" : { } }",
    ]) func `other values are skipped, whatever space is around them`(value: String) {
        let members = read(Array(" \t\r\n{ \"a\" \n:\t\(value)\r, \"z\":\"end\" } ".utf8))
        #expect(members?.map(\.name) == ["a", "z"])
        #expect(members?.map(\.value) == [.composite, .text("end")])
    }

    @Test(arguments: [
        "", "+1", "-", ".5", "1.", "1.e1", "01", "-01", "1e", "1e+", "0x1", "1_0", "Infinity", "nul", "True", "tru",
        "[1,]",
        "[,1]", "[1 2]", "[", "]", "{\"b\":1,}", "{,}", "{\"b\"}", "{b:1}", "{1:1}", "'a'", "1,", "1:1", "\u{a0}1",
        "/**/1",
    ]) func `what is no value is refused wherever it is`(value: String) {
        #expect(read(Array("{\"a\":\(value)}".utf8)) == nil)
        #expect(read(Array("{\"a\":[\(value)]}".utf8)) == nil || value.isEmpty)
    }

    @Test func `nesting is read to its bound and refused beyond`() {
        func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
            Array(
                ("{\"a\":" + String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth) + "}")
                    .utf8
            )
        }
        for (open, close) in [("[", "]"), ("{\"b\":", "}")] {
            #expect(read(nested(127, open, close)) != nil)
            #expect(read(nested(128, open, close)) == nil)
        }
    }

    @Test func `every cut of a body is refused`() {
        let json = Array(#" {"a":"b\u00e9","c":[1.5e3,null,true,{"d":"\\"}],"微":-0.1} "#.utf8)
        #expect(read(json)?.count == 3)
        for count in 0..<json.count - 1 { #expect(read(Array(json[..<count])) == nil, "\(count) bytes") }
    }

    @Test func `a name is compared byte for byte, however it is written`() {
        func equals(_ name: String, _ other: StaticString) -> Bool {
            let json = Array(#"{"\#(name)":1}"#.utf8)
            let bytes = json.span
            var isEqual = false
            do throws(JSONScanner.Malformed) {
                try JSONScanner.forEachMember(of: bytes) { found, _ in isEqual = found.equals(other, in: bytes) }
            } catch {
                Issue.record("malformed")
            }
            return isEqual
        }
        #expect(equals("code", "code") && equals(#"c\u006fde"#, "code") && equals("", "") && equals("微", "微"))
        #expect(!equals("code", "Code") && !equals("codes", "code") && !equals("cod", "code") && !equals("", "code"))
        #expect(!equals(#"c\u006fd"#, "code") && !equals(#"\u0063"#, "code") && !equals("é", "e\u{301}"))
    }

    @Test func `what Foundation writes is read back`() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2_000 {
            var scalars = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                let upper: UInt32 = [0x30, 0x100, 0x11_0000].randomElement(using: &generator) ?? 0x100
                if let scalar = Unicode.Scalar(UInt32.random(in: 0..<upper, using: &generator)) {
                    scalars.append(scalar)
                }
            }
            let value = String(scalars)
            let json = try JSONEncoder().encode(["a": value])
            let read = text(String(decoding: json, as: UTF8.self))
            #expect(read.map { Array($0.utf8) } == Array(value.utf8))
        }
    }

    @Test func `changed bytes are never read as something that Foundation refuses`() throws {
        let json = Array(#"{"code":"a\u00e9\n","list":[1,-2.5e3,null,true,{"x":"y"}],"n":null}"#.utf8)
        var generator = SeededGenerator(seed: 12)
        var taken = 0
        for _ in 0..<20_000 {
            var changed = json
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                changed[Int.random(in: 0..<json.count, using: &generator)] =
                    Array("\"\\,:{}[]0aeE-+. \n\u{7f}u".utf8).randomElement(using: &generator) ?? 0
            }
            guard read(changed) != nil else { continue }
            taken += 1
            #expect(throws: Never.self) { _ = try JSONDecoder().decode([String: Skipped].self, from: Data(changed)) }
        }
        #expect(taken > 100)
    }

    private struct Skipped: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
