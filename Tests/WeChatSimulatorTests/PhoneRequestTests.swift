import Testing

@testable import WeChatSimulator

@Suite struct `A request of the simulated phone` {
    private static func request(_ body: String) throws(SimulatorRefusal) -> PhoneRequest {
        try PhoneRequest(Array(body.utf8))
    }

    @Test func `is a GET without a body, and a POST with JSON`() throws {
        let get = try Self.request(#"{"path":"/api/v1/wx/session?a=%20b","token":"t"}"#)
        #expect(get.path == "/api/v1/wx/session?a=%20b")
        #expect(get.token == "t")
        #expect(get.body == nil)
        let post = try Self.request(
            #"{"method":"POST","path":"/api/v1/qr/scan","data":{"scene":"a/b","launch_scene":1047}}"#
        )
        #expect(post.token == nil)
        #expect(post.body == Array(#"{"launch_scene":1047,"scene":"a/b"}"#.utf8))
        #expect(try Self.request(#"{"method":"POST","path":"/api/v1/a"}"#).body == Array("{}".utf8))
        let nested = #"{"a":[1,-2.5,true,null,"x",{}]}"#
        let deep = try Self.request(#"{"method":"POST","path":"/api/v1/a","data":\#(nested)}"#)
        #expect(deep.body == Array(nested.utf8))
    }

    @Test(arguments: [
        "/", "/login", "/api/v1", "/api/v2/x", "/API/v1/x", "api/v1/x", "http://127.0.0.1/api/v1/x", "//x/api/v1/",
        "/api/v1/../../healthz", "/api/v1/./x", "/api/v1/%2e%2e/x", "/api/v1/a%2fb", "/api/v1/a\\\\b", "/api/v1/a b",
        "/api/v1/a#b", "/api/v1/é", "/api/v1/a\\r\\nX: y", "",
    ])
    func `stays below the mini-program's paths`(path: String) {
        #expect(throws: SimulatorRefusal.self) { try Self.request(#"{"path":"\#(path)"}"#) }
    }

    @Test(arguments: [
        "{}", #"{"path":1}"#, #"{"path":"/api/v1/a","method":"DELETE"}"#, #"{"path":"/api/v1/a","method":"post"}"#,
        #"{"path":"/api/v1/a","data":{}}"#, #"{"path":"/api/v1/a","token":""}"#, #"{"path":"/api/v1/a","token":"a b"}"#,
        #"{"path":"/api/v1/a","token":"a\r\nX: y"}"#, #"{"path":"/api/v1/a","header":{}}"#, "[]", "x",
    ])
    func `is refused where it is none`(body: String) {
        #expect(throws: SimulatorRefusal.self) { try Self.request(body) }
    }

    @Test func `shows no token`() throws {
        let request = try Self.request(#"{"path":"/api/v1/a","token":"0123456789"}"#)
        var dumped = ""
        dump(request, to: &dumped)
        #expect(!"\(request) \(String(reflecting: request)) \(dumped)".contains("0123456789"))
    }

    @Test func `is bounded in path and token`() throws {
        let path = { (count: Int) in "/api/v1/" + String(repeating: "a", count: count - 8) }
        #expect(try Self.request(#"{"path":"\#(path(2048))"}"#).path.utf8.count == 2048)
        #expect(throws: SimulatorRefusal.self) { try Self.request(#"{"path":"\#(path(2049))"}"#) }
        let token = { (count: Int) in #"{"path":"/api/v1/a","token":"\#(String(repeating: "a", count: count))"}"# }
        #expect(try Self.request(token(8192)).token?.utf8.count == 8192)
        #expect(throws: SimulatorRefusal.self) { try Self.request(token(8193)) }
    }
}

@Suite struct `The address of the gateway` {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://[::1]:8443", "https://[::1]:8443"), ("http://gateway", "http://gateway"),
    ])
    func `is scheme, host and port`(text: String, url: String) throws {
        #expect(try #require(GatewayURL(text)).description == url)
    }

    @Test(arguments: [
        "", "127.0.0.1:8080", "ftp://x", "http://", "https:///", "http://x/y", "http://x?y", "http://x#y", "http://u@x",
        "http://x y", "http://x//", "HTTP://x",
    ])
    func `is nothing else`(text: String) {
        #expect(GatewayURL(text) == nil)
    }
}
