import Testing

@testable import wxgate

@Suite struct ShownValueTests {
    @Test(
        arguments: [
            ("plain", #""plain""#), ("", #""""#), ("a\nb\r\t\u{1b}[31m", #""a\nb\r\t\u{1b}[31m""#),
            (#"say "x"\"#, #""say \"x\"\\""#), ("\u{202e}txt", #""\u{202e}txt""#), ("微信", "\"微信\""),
            ("https://user:pass@host/x", #""https://****@host/x""#),
            ("redis://:p@ss,w/rd@host:1/0", #""redis://****@host:1/0""#),
            ("https://a.example,https://u:p@b.example", #""https://****@b.example""#),
            ("postgres://host/db?password=x#y", #""postgres://host/db?****""#),
            ("mail@example", #""mail@example""#),
        ]
    )
    func `a value is shown on one line without credentials`(_ raw: String, _ shown: String) {
        #expect(ShownValue.quoted(raw) == shown)
    }

    @Test func `a long value is cut`() {
        let shown = ShownValue.quoted(String(repeating: "x", count: 10_000))
        #expect(shown == "\"" + String(repeating: "x", count: 160) + "…\"")
    }

    @Test(
        arguments: [
            ("/run/secrets/wxgate", true), ("secret.txt", true), ("keys/new", true), ("./secrets/wxgate/admin", true),
            ("/yEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", false), ("an-url_safe-key-of-30-letters", false),
            ("-----BEGIN PRIVATE KEY-----", false), (#"[{"secret":"x"}]"#, false), ("a\nb", false),
            ("0123456789abcdef0123456789abcdef", false), ("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", false),
        ]
    )
    func `a path is shown unless it looks like a key`(_ path: String, _ isShown: Bool) {
        #expect(ShownValue.ofPath(path) == (isShown ? "\"\(path)\"" : "****"))
    }
}
