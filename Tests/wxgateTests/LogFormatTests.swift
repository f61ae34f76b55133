import Foundation
import Logging
import Testing

@testable import wxgate

@Suite struct LogFormatTests {
    private static let noon = LogTimestamp(millisecondsSinceEpoch: 1_782_907_200_123)

    private func line(_ format: LogFormat, _ message: String, _ metadata: Logger.Metadata = [:]) -> String {
        let bytes = format.line(time: Self.noon, level: .info, label: "wxgate", message: message, metadata: metadata)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the lines look like this`() {
        let metadata: Logger.Metadata = [
            "request_id": "r-1", "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "status": .stringConvertible(200), "seconds": .stringConvertible(0.25), "kept": .stringConvertible(true),
            "tags": ["a", "b c"], "peer": ["ip": "::1", "port": .stringConvertible(UInt16(80))],
        ]
        #expect(
            line(.text, "answered", metadata)
                == "2026-07-01T12:00:00.123Z info     wxgate: answered kept=true peer={ip=::1,port=80} request_id=r-1"
                + " seconds=0.25 status=200 tags=[a,\"b c\"]"
                + " traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n"
        )
        #expect(
            line(.json, "answered", metadata)
                == #"{"time":"2026-07-01T12:00:00.123Z","level":"info","logger":"wxgate","message":"answered","#
                + #""kept":true,"peer":{"ip":"::1","port":80},"request_id":"r-1","seconds":0.25,"status":200,"#
                + #""tags":["a","b c"],"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}"# + "\n"
        )
    }

    /// What a client could send to break a log line.
    static let hostile = [
        "two\nlines", "\r\n", "\u{0}", "\u{1b}[31mred", "\"quoted\"", "back\\slash", "\u{7f}", "\u{85}",
        "\u{2028}\u{2029}",
        "\u{202e}reversed", "=", " ", "", "{\"a\":1}", "a=b c=\"d\"", "\u{feff}", "😀 微信", "\u{fffd}", "e\u{301}",
        "\"},{\"level\":\"critical", "\t", "\u{8}\u{c}", "[a,b]",
    ]

    @Test(arguments: hostile)
    func `a JSON line gives back what was logged, whatever it was`(_ text: String) throws {
        let line = line(.json, text, [text: .string(text), "list": [.string(text)], "map": [text: .string(text)]])
        #expect(line.filter(\.isNewline) == "\n")
        #expect(line.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0a })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        // By characters, not by canonical equivalence.
        func equal(_ left: Any?) -> Bool { (left as? String).map { Array($0.utf8) == Array(text.utf8) } ?? false }
        #expect(equal(object["message"]))
        #expect(equal(object[text]))
        #expect(equal((object["list"] as? [Any])?.first))
        #expect(equal((object["map"] as? [String: Any])?[text]))
    }

    @Test(arguments: hostile)
    func `a text line stays one line that controls no terminal`(_ text: String) {
        let line = line(.text, text, [text: .string(text), "list": [.string(text)]])
        #expect(line.unicodeScalars.filter { $0 == "\n" }.count == 1)
        #expect(line.hasSuffix("\n"))
        let allowed = line.dropLast().unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
        }
        #expect(allowed)
    }

    @Test func `a text value cannot pretend to be another member`() {
        #expect(line(.text, "m", ["path": "x status=200"]).hasSuffix(#"m path="x status=200""# + "\n"))
        #expect(line(.text, "m", ["path": "x\" status=\"200"]).hasSuffix(#"m path="x\" status=\"200""# + "\n"))
        #expect(line(.text, "m", ["a b": ""]).hasSuffix(#"m "a b"="""# + "\n"))
    }

    @Test func `metadata does not replace the members of the line itself`() throws {
        let line = line(.json, "real", ["message": "forged", "time": "x", "level": "x", "logger": "x"])
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        #expect(object["message"] == "real")
        #expect(object["message_"] == "forged")
        #expect(object["level"] == "info")
        #expect(object.count == 8)
    }

    @Test func `numbers that JSON does not have become strings`() {
        let metadata: Logger.Metadata = [
            "a": .stringConvertible(Double.nan), "b": .stringConvertible(-Double.infinity),
        ]
        #expect(line(.json, "m", metadata).hasSuffix(#""a":"nan","b":"-inf"}"# + "\n"))
    }
}
