import HTTP
import Testing

struct PercentEncodingTests {
    @Test func `only unreserved characters stay`() {
        let unreserved = "ABCXYZabcxyz0189-._~"
        #expect(PercentEncoding.encode(unreserved) == unreserved)
        #expect(
            PercentEncoding.encode(" !#$&'()*+,/:;=?@[]%\"\n\0")
                == "%20%21%23%24%26%27%28%29%2A%2B%2C%2F%3A%3B%3D%3F%40%5B%5D%25%22%0A%00"
        )
        #expect(PercentEncoding.encode("é你") == "%C3%A9%E4%BD%A0")
    }

    @Test func `each byte survives the round trip`() {
        for byte in UInt8.min...UInt8.max {
            let escape = "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16).uppercased()
            #expect(PercentEncoding.decode(escape) == [byte])
        }
        for scalar in [
            "\u{0}", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{FFFD}", "\u{10000}", "\u{10FFFF}", "a+b c%2B",
        ] {
            #expect(PercentEncoding.decodeText(PercentEncoding.encode(scalar)) == scalar)
            #expect(PercentEncoding.decodeText(PercentEncoding.encode(scalar), plusAsSpace: true) == scalar)
        }
    }

    @Test(arguments: ["%", "%4", "a%", "%4g", "%g4", "%%41", "%-1", "% 1", "%u0041", "%4\u{FF11}"])
    func `a broken escape is nil`(_ text: String) {
        #expect(PercentEncoding.decode(text) == nil)
        #expect(PercentEncoding.decodeText(text) == nil)
    }

    @Test(arguments: ["%FF", "%C3", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "a%80b"])
    func `bytes that are no UTF-8 are nil as text only`(_ text: String) {
        #expect(PercentEncoding.decode(text) != nil)
        #expect(PercentEncoding.decodeText(text) == nil)
    }

    @Test func `plus is a space only where asked for, and escapes are decoded once`() {
        #expect(PercentEncoding.decodeText("a+b%2Bc") == "a+b+c")
        #expect(PercentEncoding.decodeText("a+b%2Bc", plusAsSpace: true) == "a b+c")
        #expect(PercentEncoding.decodeText("%2541") == "%41")
        #expect(PercentEncoding.decodeText("")?.isEmpty == true)
    }
}
