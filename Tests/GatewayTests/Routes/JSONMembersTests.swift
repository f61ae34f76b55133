import FoundationEssentials
import HTTPServer
import TestSupport
import Testing

@testable import Gateway

/// What the members of a body say; how a body is read stands in `JSONScannerTests`.
@Suite struct JSONMembersTests {
    private func member(_ name: StaticString, of json: String) -> RequestMember? {
        JSONMembers(Array(json.utf8))?.member(name)
    }

    @Test func `a member is found by its name, whatever else is there`() {
        let json = #"{"x":{"a":"no"},"b":"yes","\u0061":"escaped","":"empty","n":null,"t":true,"l":[1]}"#
        #expect(member("a", of: json) == .text("escaped"))
        #expect(member("b", of: json) == .text("yes"))
        #expect(member("", of: json) == .text("empty"))
        #expect(member("n", of: json) == .null)
        #expect(member("t", of: json) == .boolean(true))
        #expect(member("l", of: json) == .other)
        #expect(member("x", of: json) == .other)
        #expect(member("absent", of: json) == .absent)
        #expect(member("a", of: #"{"a":1,"b":2,"\u0061":null}"#) == .repeated)
        #expect(JSONMembers(Array("[]".utf8)) == nil)
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("10", 10), ("-17", -17), ("1047", 1047), ("999999999999999999", 999_999_999_999_999_999),
        ("-999999999999999999", -999_999_999_999_999_999),
    ]) func `whole numbers are told apart`(text: String, value: Int) {
        #expect(member("a", of: "{\"a\":\(text)}") == .integer(value))
    }

    @Test(arguments: [
        "1000000000000000000", "-99999999999999999999999999", "10.0", "0.0", "-0.5", "1e3", "1E0", "0e0",
    ]) func `a number that is no whole one of 18 digits is of no use`(text: String) {
        #expect(member("a", of: "{\"a\":\(text)}") == .other)
    }

    @Test func `random bodies say what Foundation reads in them`() throws {
        var generator = SeededGenerator(seed: 14)
        let names = ["code", "nonce", "device"]
        for _ in 0..<2_000 {
            let written = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                (names.randomElement(using: &generator) ?? "code", value(using: &generator))
            }
            let json = "{" + written.map { "\"\($0)\" : \($1)" }.joined(separator: ",") + "}"
            for name in ["code", "nonce", "device"] as [StaticString] {
                let values = written.filter { $0.0 == name.description }.map(\.1)
                let expected: RequestMember =
                    switch values.count {
                    case 0: .absent
                    case 1: try plain(values[0])
                    default: .repeated
                    }
                #expect(member(name, of: json) == expected, "\(json)")
            }
        }
    }

    private func value(using generator: inout SeededGenerator) -> String {
        [
            "null", "true", "false", "7", "-3", "1.5", "1e2", "[]", "[{\"code\":1}]", "{\"code\":\"x\"}", "\"\"",
            "\"a b\"", #""\u5fae\ud83d\ude00\n""#, "\"微\"", #""\"\\\/""#,
        ].randomElement(using: &generator) ?? "null"
    }

    /// A value as Foundation reads it.
    private func plain(_ json: String) throws -> RequestMember {
        func decode<Value: Decodable>(_ type: Value.Type) -> Value? {
            try? JSONDecoder().decode(Value.self, from: Data(json.utf8))
        }
        if json == "null" { return .null }
        if let flag = decode(Bool.self) { return .boolean(flag) }
        if let text = decode(String.self) { return .text(text) }
        // Foundation takes 1e2 for a whole number.
        if !json.contains("e"), let number = decode(Int.self) { return .integer(number) }
        return .other
    }
}
