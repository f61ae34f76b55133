import Testing

@testable import LoginPage

struct AssetTests {
    @Test
    func `each file is there, with its type`() {
        let text = { (asset: Asset) in String(decoding: asset.bytes, as: UTF8.self) }
        #expect(text(LoginPage.script).contains("WxGate.mount("))
        #expect(text(LoginPage.style).contains("prefers-color-scheme: dark"))
        #expect(text(LoginPage.widget).contains("window.WxGate ="))
        #expect(LoginPage.script.mediaType == "text/javascript; charset=utf-8")
        #expect(LoginPage.style.mediaType == "text/css; charset=utf-8")
        #expect(LoginPage.widget.mediaType == "text/javascript; charset=utf-8")
    }

    @Test
    func `an etag is strong, quoted and of its bytes alone`() throws {
        let one = Asset(Array("a".utf8), mediaType: "text/plain")
        let same = Asset(Array("a".utf8), mediaType: "text/css")
        let other = Asset(Array("b".utf8), mediaType: "text/plain")
        #expect(one.etag == "\"af63dc4c8601ec8c\"")
        #expect(one.etag == same.etag)
        #expect(one.etag != other.etag)
        let etags = [LoginPage.script, LoginPage.style, LoginPage.widget].map(\.etag)
        #expect(Set(etags).count == 3)
        for etag in etags { #expect(try Regex("\"[0-9a-f]{16}\"").wholeMatch(in: etag) != nil) }
    }

    /// Vectors of draft-eastlake-fnv, appendix C.
    @Test(arguments: [
        ("", 0xCBF2_9CE4_8422_2325 as UInt64), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8),
    ])
    func `the hash is FNV-1a`(text: String, hash: UInt64) {
        #expect(Asset.hash(of: Array(text.utf8)) == hash)
    }
}
