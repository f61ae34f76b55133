import Testing

@testable import WeChatSimulator

@Suite struct `The JSON writer` {
    @Test func `is compact and keeps the order`() {
        var json = JSONWriter()
        json.beginObject()
        json.member("b", 1)
        json.member("a", true)
        json.member("absent", nil)
        json.key("list")
        json.beginArray()
        json.value("x")
        json.beginObject()
        json.endObject()
        json.value(-2)
        json.endArray()
        json.member("c", "d")
        json.endObject()
        #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"b":1,"a":true,"list":["x",{},-2],"c":"d"}"#)
    }

    @Test(arguments: ["", "plain", "\"", "\\", "\n\u{1}\u{1f}", "微信/用户", "a/b\"c"])
    func `is read back by another reader as it was`(text: String) throws {
        for escapesSlashes in [false, true] {
            var writer = JSONWriter()
            writer.escapesSlashes = escapesSlashes
            writer.beginObject()
            writer.member("m", text)
            writer.endObject()
            #expect(try json(writer.bytes)["m"] as? String == text)
        }
    }
}
