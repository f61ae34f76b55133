import HTTP
import HTTPServer
import Testing

@testable import Gateway

@Suite struct RequestMembersTests {
    private static let json = "application/json"
    private static let form = "application/x-www-form-urlencoded"

    private func members(_ body: String, type: String? = json) throws -> RequestMembers {
        try members(Array(body.utf8), type: type)
    }

    private func members(_ body: [UInt8], type: String? = json) throws -> RequestMembers {
        let headers: Headers = type.map { ["Content-Type": $0] } ?? [:]
        return try RequestMembers(body: try GatewaySamples.request(headers: headers, bytes: body))
    }

    private func detail(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch let error as GatewayError {
            let problem = error.problem
            return problem.error == "invalid_request" ? problem.detail : problem.error
        } catch {
            return "\(error)"
        }
    }

    // MARK: - Where members come from

    @Test func `JSON, form and query say the same`() throws {
        let sources = [
            try members(#"{"code":"a b+c","appid":"微信","empty":""}"#),
            try members("code=a%20b%2Bc&appid=%E5%BE%AE%E4%BF%A1&empty=", type: Self.form),
            try members("code=a+b%2Bc&appid=微信&empty", type: Self.form),
            try RequestMembers(query: "code=a+b%2bc&appid=%e5%be%ae%e4%bf%a1&empty"),
        ]
        for source in sources {
            #expect(try source.text("code", lengthMax: 10) == "a b+c")
            #expect(try source.text("appid", lengthMax: 10) == "微信")
            #expect(try source.text("empty", lengthMax: 10) == nil)
            #expect(try source.text("absent", lengthMax: 10) == nil)
        }
    }

    @Test(arguments: [nil, json, form, "text/plain", "image/png"] as [String?]) func `no body counts as no members`(
        type: String?
    ) throws {
        let empty = try members("", type: type)
        #expect(try empty.text("code", lengthMax: 10) == nil)
        #expect(detail { _ = try empty.requiredText("code", lengthMax: 10) } == "code is missing.")
    }

    @Test func `no query is no members`() throws {
        #expect(try RequestMembers(query: nil).text("code", lengthMax: 1) == nil)
        #expect(try RequestMembers(query: "").text("code", lengthMax: 1) == nil)
    }

    @Test(arguments: [
        "application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8",
        "application/json ; charset=\"utf-8\"", "application/json;", "application/json; a=b; c=d",
    ]) func `a content type may have parameters and any case`(type: String) throws {
        #expect(try members(#"{"a":"b"}"#, type: type).text("a", lengthMax: 1) == "b")
        let formType = type.replacing("application/json", with: Self.form).replacing(
            "Application/JSON",
            with: Self.form
        )
        #expect(try members("a=b", type: formType).text("a", lengthMax: 1) == "b")
    }

    @Test(
        arguments: [
            nil, "", ";", "text/plain", "application/jsonp", "application/xml", "multipart/form-data; boundary=x",
            "application", "json", "application/json, text/plain", "application / json", "appli cation/json",
        ] as [String?]
    ) func `another content type is unsupported`(type: String?) {
        #expect(detail { _ = try members(#"{"a":"b"}"#, type: type) } == "unsupported_media_type")
    }

    // MARK: - What members may be

    @Test(arguments: ["1", "1.5", "true", "false", "[]", "[\"a\"]", "{}", "{\"a\":\"b\"}", "-0", "1e400"])
    func `an ill-typed member is refused by name when it is asked for`(value: String) throws {
        let members = try members("{\"code\":\(value),\"other\":\"x\"}")
        #expect(detail { _ = try members.text("code", lengthMax: 10) } == "code is not a string.")
        #expect(try members.text("other", lengthMax: 10) == "x")
    }

    @Test func `null and the empty text count as absent`() throws {
        let members = try members(#"{"a":null,"b":""}"#)
        for name in ["a", "b"] as [StaticString] {
            #expect(try members.text(name, lengthMax: 10) == nil)
            #expect(detail { _ = try members.requiredText(name, lengthMax: 10) } == "\(name) is missing.")
        }
    }

    @Test func `a text as long as allowed is taken, a longer one refused by name, counted in characters`() throws {
        for character in ["a", "微", "👍"] {
            let text = String(repeating: character, count: 64)
            let members = try members("{\"device\":\"\(text)\"}")
            #expect(try members.text("device", lengthMax: 64) == text)
            #expect(
                detail { _ = try members.text("device", lengthMax: 63) } == "device is longer than 63 characters."
            )
        }
    }

    @Test func `members that go together come together or not at all`() throws {
        let both = try members(#"{"rawData":"r","signature":"s"}"#)
        let pair = try #require(try both.pair("rawData", "signature", lengthMax: 9))
        #expect(pair == ("r", "s"))
        #expect(try members(#"{"x":"y"}"#).pair("rawData", "signature", lengthMax: 9) == nil)
        #expect(try members(#"{"rawData":null,"signature":""}"#).pair("rawData", "signature", lengthMax: 9) == nil)
        #expect(
            detail { _ = try members(#"{"rawData":"r"}"#).pair("rawData", "signature", lengthMax: 9) }
                == "signature is missing, though rawData is there."
        )
        #expect(
            detail { _ = try members(#"{"signature":"s"}"#).pair("rawData", "signature", lengthMax: 9) }
                == "rawData is missing, though signature is there."
        )
        #expect(
            detail { _ = try both.pair("rawData", "signature", lengthMax: 0) } == "rawData is longer than 0 characters."
        )
    }

    @Test func `unknown members may be anything, however nested`() throws {
        let nested = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        let body = #"{"x":{"code":"no","y":[1,{"z":null}]},"n":\#(nested),"code":"yes","e":1e400,"":"","微":[]}"#
        #expect(try members(body).text("code", lengthMax: 9) == "yes")
    }

    // MARK: - What is malformed

    @Test(arguments: [
        "{", "}", "{}x", "{} {}", "[]", "null", "\"code\"", "1", "{'code':'a'}", "{\"code\":\"a\"", "{\"code\":}",
        "{\"code\":\"a\",}", "{code:\"a\"}", "{\"code\" \"a\"}", "{\"code\":\"\\ud800\"}", "{\"code\":\"\\x\"}",
        "{\"code\":\"a\nb\"}", "code=a", "<xml/>", " ", "\u{0}", "{\"code\":\"a\"}\u{0}", "\u{feff}{\"code\":\"a\"}",
        "{\"code\":01}", "{\"code\":NaN}", "{\"a\":\"\\u00\"}", "// c\n{}",
    ]) func `what is not one JSON object is refused`(body: String) {
        #expect(detail { _ = try members(body) } == "The body is not a JSON object.")
    }

    @Test(
        arguments: [
            [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe5, 0xbe], [0x80],
        ] as [[UInt8]]
    ) func `text that is not UTF-8 is refused in JSON, form and query`(bytes: [UInt8]) {
        let json = Array("{\"code\":\"".utf8) + bytes + Array("\"}".utf8)
        #expect(detail { _ = try members(json) } == "The body is not a JSON object.")
        let escaped = bytes.map { "%" + String($0, radix: 16) }.joined()
        #expect(detail { _ = try members("code=\(escaped)", type: Self.form) } == "form: field code: invalid UTF-8")
        #expect(
            detail { _ = try members(Array("code=".utf8) + bytes, type: Self.form) }
                == "form: field code: invalid UTF-8"
        )
        #expect(detail { _ = try RequestMembers(query: "code=\(escaped)") } == "query: field code: invalid UTF-8")
    }

    @Test(arguments: [false, true]) func `JSON in another encoding than UTF-8 is refused`(isWide: Bool) {
        // RFC 8259 section 8.1; readers that guess differently would see different bodies.
        let text = #"{"code":"a"}"#
        let padding = [UInt8](repeating: 0, count: isWide ? 3 : 1)
        let bytes = text.utf8.reduce(into: [UInt8]()) { $0 += [$1] + padding }
        #expect(detail { _ = try members(bytes) } == "The body is not a JSON object.")
        let bigEndian = text.utf8.reduce(into: [UInt8]()) { $0 += padding + [$1] }
        #expect(detail { _ = try members(bigEndian) } == "The body is not a JSON object.")
        #expect(detail { _ = try members([0xff, 0xfe] + bytes) } == "The body is not a JSON object.")
    }

    @Test func `nesting without end is refused, not crashed on`() {
        let deep = "{\"a\":" + String(repeating: "[", count: 30_000) + String(repeating: "]", count: 30_000) + "}"
        #expect(detail { _ = try members(deep) } == "The body is not a JSON object.")
    }

    @Test(arguments: ["code=%", "code=%4", "code=%zz", "code=a&%=b"]) func `a broken escape is refused`(text: String) {
        #expect(detail { _ = try members(text, type: Self.form) }?.hasPrefix("form: field ") == true)
        #expect(detail { _ = try RequestMembers(query: text) }?.hasPrefix("query: field ") == true)
    }

    // MARK: - Whole numbers

    @Test func `a whole number is taken as a number and as its digits`() throws {
        for members in [
            try members(#"{"n":1047}"#), try members(#"{"n":"1047"}"#), try members("n=1047", type: Self.form),
        ] {
            #expect(try members.integer("n", in: 0...9_999) == 1_047)
        }
        #expect(try members(#"{"n":0}"#).integer("n", in: 0...9) == 0)
        for absent in [#"{}"#, #"{"n":null}"#, #"{"n":""}"#] {
            #expect(try members(absent).integer("n", in: 0...9) == nil)
        }
    }

    @Test(arguments: [
        #""+1""#, #""-1""#, #"" 1""#, #""1.0""#, #""٣""#, #""0000000001""#, #""a""#, "-1", "10", "1.0", "1e0", "true",
        "[1]",
        "99999999999999999999",
    ]) func `what is no whole number of the range is refused by name`(value: String) throws {
        let members = try members(#"{"n":\#(value)}"#)
        #expect(detail { _ = try members.integer("n", in: 0...9) } == "n is not a whole number from 0 to 9.")
    }

    // MARK: - Names that come twice

    @Test func `a member that comes twice is refused by name when it is asked for, and only then`() throws {
        for members in [
            try members(#"{"code":"a","list":1,"list":2,"code":"a","other":"c"}"#),
            try members("code=a&list=1&code=b&list=2&other=c", type: Self.form),
            try RequestMembers(query: "code=a&list=1&code=b&list=2&other=c"),
        ] {
            #expect(detail { _ = try members.text("code", lengthMax: 9) } == "code is given more than once.")
            #expect(detail { _ = try members.integer("list", in: 1...2) } == "list is given more than once.")
            #expect(try members.text("other", lengthMax: 9) == "c")
        }
    }
}
