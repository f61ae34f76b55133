import Testing

@testable import Gateway

/// Where `/login` may lead.
@Suite struct ReturnTargetTests {
    private static let origins = ["https://allowed.example", "http://localhost:3000"]

    @Test(arguments: [
        "/", "/a", "/a/b?c=d&e=%20#f", "/%2F%2Fevil.example", "/a//b", "/商店/?名=值", "/.well-known/x", "/a@b", "/?u=//x",
        "/a:b", "https://allowed.example", "https://allowed.example/", "https://allowed.example/a//b?c#d",
        "https://allowed.example?a", "https://allowed.example#a", "http://localhost:3000/x",
        "/" + String(repeating: "a", count: 2047),
    ]) func `a path of this host or a URL of a listed origin is taken as it is`(text: String) {
        #expect(ReturnTarget(text, origins: Self.origins)?.text == text)
    }

    @Test(arguments: [
        "", "a", "?a", "#a", ".", "login", "//evil.example", "///evil.example", "////evil.example", #"/\evil.example"#,
        #"/\/evil.example"#, #"\\evil.example"#, #"\/evil.example"#, #"/a\b"#, "/\t/evil.example", "/\n/evil.example",
        "/\r\n/evil.example", "\t//evil.example", " /a", "/a b", "/a ", "/\u{0}", "/a\u{7F}", "/\u{85}x", "/\u{A0}x",
        "/\u{2028}x", "/\u{3000}x", "/\u{200B}x", "/\u{FEFF}/evil.example", "/\u{202E}x",
        "/\u{FF0F}evil.example", "\u{FF0F}\u{FF0F}evil.example", "/\u{2044}evil.example", "/\u{2215}evil.example",
        "/\u{FF3C}evil.example", "/\u{29F8}evil.example", "/\u{FE68}evil.example",
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x",
        "blob:https://allowed.example/x", "about:blank", "mailto:a@b", "http:evil.example", "https:evil.example",
        "https:/evil.example", "https://evil.example", "https://evil.example/https://allowed.example",
        "https://allowed.example.evil.example", "https://allowed.example@evil.example",
        "https://allowed.example:pw@evil",
        "https://allowed.example:444/", "https://allowed.example:443/", "https://allowed.exampleevil",
        "https://allowed.example%2Eevil", #"https://allowed.example\@evil.example"#, "https://allowed.example\t.evil",
        "https://allowed.example\u{FF0F}.evil.example", "https://user@allowed.example/", "HTTPS://allowed.example/",
        "http://allowed.example/", "http://localhost:30001/", "http://localhost/",
        "https://allowed.exampl\u{65}\u{301}/",
        "/" + String(repeating: "a", count: 2048), "https://allowed.example/" + String(repeating: "a", count: 2048),
    ]) func `anything that may lead elsewhere is not taken`(text: String) {
        #expect(ReturnTarget(text, origins: Self.origins) == nil)
    }

    @Test func `without listed origins there are only paths`() {
        #expect(ReturnTarget("https://allowed.example/", origins: []) == nil)
        #expect(ReturnTarget("/a", origins: [])?.text == "/a")
    }
}
