import Testing

@testable import HTTPClient

@Suite struct ClientOriginTests {
    @Test(arguments: [
        ("https://api.weixin.qq.com", "api.weixin.qq.com", 443, "api.weixin.qq.com", ""),
        ("http://API.weixin.qq.com:80", "api.weixin.qq.com", 80, "api.weixin.qq.com", ""),
        ("http://127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1:8080", ""),
        ("https://[::1]:8443/wx", "::1", 8443, "[::1]:8443", "/wx"),
        ("https://[::1]", "::1", 443, "[::1]", ""),
        ("http://a_b-c/deep/path", "a_b-c", 80, "a_b-c", "/deep/path"),
    ])
    func `an origin is taken apart once`(text: String, host: String, port: UInt16, field: String, path: String) {
        let endpoint = ClientOrigin(text).endpoint
        #expect(endpoint?.host == host)
        #expect(endpoint?.port == port)
        #expect(endpoint?.hostField == field)
        #expect(endpoint?.path == path)
        #expect(endpoint?.isTLS == text.hasPrefix("https"))
    }

    @Test(arguments: [
        "", "api.weixin.qq.com", "ftp://a", "http://", "http:///x", "http://user@a", "http://user:word@a", "http://a:",
        "http://a:0", "http://a:65536", "http://a:99999", "http://a:-1", "http://a:1x", "http://[::1", "http://[::1]x",
        "http://[a]", "http://a b", "http://a/x y", "http://a/?q", "http://a?q", "http://a#f", "http://a%41",
        "http://ä", "http://a\u{0}", "http://a\r\nX: y",
    ])
    func `what is no origin has no endpoint`(text: String) {
        #expect(ClientOrigin(text).endpoint == nil)
    }

    @Test(arguments: [
        ("http://a:1/sns?x=1", "http://a:1", "/sns?x=1"), ("http://a:1", "http://a:1", ""),
        ("http://a?x=/1", "http://a", "?x=/1"), ("nonsense", "nonsense", ""),
    ])
    func `a URL is an origin and a target`(text: String, origin: String, target: String) {
        let url = SecretURL(text)
        #expect(url.origin.text == origin)
        #expect(url.target == target)
        #expect(url.text == text)
    }

    @Test func `connections are shared by equal origins only`() {
        let one = ClientOrigin("https://a/x")
        #expect(one.shares(one))
        #expect(one.shares(ClientOrigin("https://A:443/y")))
        #expect(!one.shares(ClientOrigin("http://a:443")))
        #expect(!one.shares(ClientOrigin("https://a:444")))
        #expect(!one.shares(ClientOrigin("https://b")))
        #expect(!ClientOrigin("nonsense").shares(ClientOrigin("nonsense")))
    }
}
