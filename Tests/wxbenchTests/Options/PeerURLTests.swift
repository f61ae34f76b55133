import Testing

@testable import wxbench

@Suite struct PeerURLTests {
    @Test(arguments: [
        ("http://127.0.0.1:81/plain", "http://127.0.0.1:81", "/plain"), ("http://h", "http://h", ""),
        ("https://h:444/a/b/", "https://h:444", "/a/b"), ("http://h/", "http://h", ""),
    ])
    func `a server and a path before its paths`(text: String, site: String, path: String) throws {
        let url = try #require(PeerURL(text))
        #expect(url.site.description == site)
        #expect(url.path == path)
    }

    @Test(arguments: ["h/plain", "ftp://h/", "http:///plain", "http://h/a b", "http://h/a?b=c", "http://h/#a"])
    func `anything else is none`(text: String) { #expect(PeerURL(text) == nil) }
}
