import FoundationEssentials
import HTTPServer
import TestSupport
import Testing

@testable import Gateway

@Suite struct JSONMembersTests {
    private func text(_ json: String) -> String? {
        guard let members = JSONMembers.read(Array(json.utf8)), members.count == 1 else { return nil }
        if case .text(let text) = members[0].value { return text }
        return nil
    }

    @Test(arguments: [
        (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"), (#"\u0041\u00e9\u5FAE\u0000"#, "Aé微\u{0}"),
        (#"\ud83d\ude00"#, "😀"), (#"\uD800\uDC00\udbff\udfff"#, "\u{10000}\u{10ffff}"), (#"a\u0301"#, "a\u{301}"),
        ("微😀\u{7f}\u{80}\u{2028}", "微😀\u{7f}\u{80}\u{2028}"),
    ]) func `escapes stand for what RFC 8259 says`(escaped: String, expected: String) {
        #expect(text(#"{"a":"\#(escaped)"}"#)?.unicodeScalars.elementsEqual(expected.unicodeScalars) == true)
        #expect(JSONMembers.read(Array(#"{"\#(escaped)":1}"#.utf8))?.first?.name == expected)
    }

    @Test(arguments: [
        #"\u"#, #"\u12"#, #"\u123g"#, #"\U0041"#, #"\ud83d"#, #"\ude00"#, #"\ud83d\u0041"#, #"\ud83dx"#, #"\ud83d\n"#,
        #"\a"#, #"\0"#, #"\'"#, "\\", "\n", "\t", "\u{0}", "\u{1f}",
    ]) func `broken escapes and control characters are no text`(broken: String) {
        #expect(JSONMembers.read(Array(#"{"a":"\#(broken)"}"#.utf8)) == nil)
        #expect(JSONMembers.read(Array(#"{"\#(broken)":"a"}"#.utf8)) == nil)
        #expect(JSONMembers.read(Array(#"{"a":[{"b":"\#(broken)"}]}"#.utf8)) == nil)
    }

    @Test func `booleans are told apart`() {
        let members = JSONMembers.read(Array(#"{"a":true,"b" : false,"c":[true,false]}"#.utf8))
        #expect(members?.map(\.value) == [.boolean(true), .boolean(false), .other])
        for broken in ["tru", "True", "true1", "fals", "f", "truefalse"] {
            #expect(JSONMembers.read(Array(#"{"a":\#(broken)}"#.utf8)) == nil)
        }
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("10", 10), ("-17", -17), ("1047", 1047), ("999999999999999999", 999_999_999_999_999_999),
    ]) func `whole numbers are told apart`(text: String, value: Int) {
        #expect(JSONMembers.read(Array("{\"a\":\(text)}".utf8))?.map(\.value) == [.integer(value)])
        #expect(
            JSONMembers.read(Array("{\"a\": \(text) ,\"b\":[\(text)]}".utf8))?.map(\.value) == [
                .integer(value), .other,
            ]
        )
    }

    @Test(arguments: [
        "1000000000000000000", "-99999999999999999999999999", "10.0", "0.0", "-0.5", "1e3", "1E0", "0e0",
    ]) func `a number that is no whole one of 18 digits is skipped`(text: String) {
        #expect(JSONMembers.read(Array("{\"a\":\(text)}".utf8))?.map(\.value) == [.other])
    }

    @Test(arguments: [
        "1.5", "-1.05e10", "1E+2", "1e-2", "0e0", "[]", "[ ]", "[1 , [null] ,{}]",
        "{}",
        "{ \"b\" : { } }",
    ]) func `other values are skipped, whatever space is around them`(value: String) {
        let members = JSONMembers.read(Array(" \t\r\n{ \"a\" \n:\t\(value)\r, \"z\":\"end\" } ".utf8))
        #expect(members?.map(\.name) == ["a", "z"])
        #expect(members?.map(\.value) == [.other, .text("end")])
    }

    @Test(arguments: [
        "", "+1", "-", ".5", "1.", "1.e1", "01", "-01", "1e", "1e+", "0x1", "1_0", "Infinity", "nul", "True", "tru",
        "[1,]",
        "[,1]", "[1 2]", "[", "]", "{\"b\":1,}", "{,}", "{\"b\"}", "{b:1}", "{1:1}", "'a'", "1,", "1:1", "\u{a0}1",
        "/**/1",
    ]) func `what is no value is refused wherever it is`(value: String) {
        #expect(JSONMembers.read(Array("{\"a\":\(value)}".utf8)) == nil)
        #expect(JSONMembers.read(Array("{\"a\":[\(value)]}".utf8)) == nil || value.isEmpty)
    }

    @Test func `nesting is read to its bound and refused beyond`() {
        func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
            Array(
                ("{\"a\":" + String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth) + "}")
                    .utf8
            )
        }
        for (open, close) in [("[", "]"), ("{\"b\":", "}")] {
            #expect(JSONMembers.read(nested(127, open, close)) != nil)
            #expect(JSONMembers.read(nested(128, open, close)) == nil)
        }
    }

    @Test func `every cut of a body is refused`() {
        let json = Array(#" {"a":"b\u00e9","c":[1.5e3,null,true,{"d":"\\"}],"微":-0.1} "#.utf8)
        #expect(JSONMembers.read(json)?.count == 3)
        for count in 0..<json.count - 1 { #expect(JSONMembers.read(Array(json[..<count])) == nil, "\(count) bytes") }
    }

    @Test func `what our writer and Foundation's write is read back`() throws {
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
            var ours = JSONObjectWriter()
            ours.add("a", value)
            let theirs = try JSONEncoder().encode(["a": value])
            for json in [ours.finish(), Array(theirs)] {
                let read = text(String(decoding: json, as: UTF8.self))
                #expect(read.map { Array($0.utf8) } == Array(value.utf8))
            }
        }
    }

    @Test func `changed bytes are never read as something that Foundation refuses`() throws {
        let json = Array(#"{"code":"a\u00e9\n","list":[1,-2.5e3,null,true,{"x":"y"}],"n":null}"#.utf8)
        var generator = SeededGenerator(seed: 12)
        var read = 0
        for _ in 0..<20_000 {
            var changed = json
            for _ in 0..<Int.random(in: 1...2, using: &generator) {
                changed[Int.random(in: 0..<json.count, using: &generator)] =
                    Array("\"\\,:{}[]0aeE-+. \n\u{7f}u".utf8).randomElement(using: &generator) ?? 0
            }
            guard JSONMembers.read(changed) != nil else { continue }
            read += 1
            #expect(throws: Never.self) { _ = try JSONDecoder().decode([String: Skipped].self, from: Data(changed)) }
        }
        #expect(read > 100)
    }

    private struct Skipped: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}
