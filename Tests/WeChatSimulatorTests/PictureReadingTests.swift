import HTTP
import TestSupport
import Testing

@testable import WeChatSimulator

extension GrayImage {
    /// A code with its quiet zone, black on white, somewhere on a canvas.
    fileprivate static func code(
        _ text: String,
        scale: Int = 4,
        left: Int = 0,
        above: Int = 0,
        side: Int? = nil
    ) throws -> GrayImage {
        let code = try #require(QRCode(Array(text.utf8)))
        let drawn = (code.side + 8) * scale
        let side = side ?? drawn
        var pixels = [UInt8](repeating: 255, count: side * side)
        for row in 0..<code.side * scale {
            for column in 0..<code.side * scale where code.isDark(row: row / scale, column: column / scale) {
                pixels[(above + 4 * scale + row) * side + left + 4 * scale + column] = 0
            }
        }
        return try #require(GrayImage(width: side, height: side, pixels: pixels))
    }

    fileprivate static func noise(side: Int) throws -> GrayImage {
        var generator = WeChatSimulator.SeededGenerator(seed: 1)
        let pixels = (0..<side * side).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        return try #require(GrayImage(width: side, height: side, pixels: pixels))
    }
}

@Suite struct `A picture that the phone sees` {
    private static func code(_ scene: String) throws -> WXACode {
        let app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
        return try WXACode(Array(#"{"scene":"\#(scene)"}"#.utf8), of: app)
    }

    private static func read(_ image: GrayImage) -> ControlReply {
        Simulator().control(
            "POST",
            "/sim/phone/read",
            query: "width=\(image.width)&height=\(image.height)",
            body: image.pixels
        )
    }

    @Test(arguments: ["t=9f86d081884c7d659a2feaa0c55ad", "a", "!#$&'()*+,/:;=?@-._~", "AbC_-0123456789abcdefg"])
    func `gives app and scene of a mini-program's code`(scene: String) throws {
        let text = WXACodePicture.text(of: try Self.code(scene))
        let reply = Self.read(try .code(text))
        #expect(reply.status == 200)
        let found = try json(reply.body)
        #expect(found["text"] as? String == text)
        #expect(found["scene"] as? String == scene)
        #expect(found["appid"] as? String == DefaultApp.appid)
    }

    @Test func `may be a screenshot with the code somewhere on it`() throws {
        let text = WXACodePicture.text(of: try Self.code("abc"))
        let reply = Self.read(try .code(text, scale: 3, left: 611, above: 402, side: 900))
        #expect(try json(reply.body)["scene"] as? String == "abc")
    }

    @Test func `gives only the text of a code that is no mini-program's`() throws {
        for text in ["https://example.com/scene?appid=wx&scene=a", "hello"] {
            #expect(try json(Self.read(.code(text)).body) as? [String: String] == ["text": text])
        }
    }

    @Test func `has no code in it when it is noise, or white`() throws {
        let white = try #require(GrayImage(width: 40, height: 30, pixels: [UInt8](repeating: 255, count: 1200)))
        for image in [try GrayImage.noise(side: 400), white] {
            let reply = Self.read(image)
            #expect(reply.status == 404)
            #expect(try json(reply.body)["error"] as? String == "not_found")
        }
    }

    @Test(arguments: [
        "width=2&height=2", "width=0&height=0", "width=-3&height=-1", "width=3", "height=1", "width=1601&height=1",
        "width=x&height=1", "width=9223372036854775807&height=2", "",
    ])
    func `has the size that was said`(query: String) {
        let reply = Simulator().control("POST", "/sim/phone/read", query: query, body: [0, 0, 0])
        #expect(reply.status == 400)
        #expect(
            Simulator().control("POST", "/sim/phone/read", query: "width=3&height=1", body: [0, 0, 0]).status == 404
        )
        #expect(Simulator().control("GET", "/sim/phone/read", query: query, body: []).allow == "POST")
    }

    @Test func `may be as large as the limit over HTTP, and other bodies may not`() async throws {
        let text = WXACodePicture.text(of: try Self.code("abc"))
        let image = try GrayImage.code(text, scale: 8, left: 300, above: 300, side: GrayImage.sideMax)
        try await withService { _, port in
            let client = try RawClient(port: port)
            func post(_ path: String, _ bytes: [UInt8]) throws -> String {
                client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(bytes.count)\r\n\r\n")
                client.send(bytes)
                return try client.readReply()
            }
            #expect(try body(post("/sim/phone/read?width=1600&height=1600", image.pixels)).contains(#""scene":"abc""#))
            let large = [UInt8](repeating: 0x20, count: 65_537)
            #expect(try post("/sim/login", large).hasPrefix("HTTP/1.1 413 "))
            #expect(try post("/wxa/getwxacodeunlimit", large).hasPrefix("HTTP/1.1 413 "))
            #expect(try post("/sim/login", Array("{}".utf8)).hasPrefix("HTTP/1.1 200 "))
            #expect(try post("/sim/phone/read?width=1600&height=1601", image.pixels + large).hasPrefix("HTTP/1.1 413 "))
        }
    }
}
