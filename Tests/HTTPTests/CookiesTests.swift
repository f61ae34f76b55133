import HTTP
import Testing

@Suite struct CookiesTests {
    @Test(
        arguments: [
            ("s=a.b.c", ["a.b.c"]), ("x=1; s=a; y=2", ["a"]), ("s=a;s=b", ["a", "b"]),
            ("s=a; s=b; s=a", ["a", "b", "a"]),
            // Whitespace around a pair, none, or too much of it.
            ("x=1;s=a", ["a"]), (" \t s=a \t ;", ["a"]), (";;; ;s=a;", ["a"]),
            // What the value may hold.
            ("s=a=b==", ["a=b=="]), ("s=", [""]), ("s=a,b c", ["a,b c"]), ("s=ä", ["ä"]),
            // Quotes that belong together go; others are the value's.
            (#"s="a""#, ["a"]), (#"s="""#, [""]), (#"s=""#, [#"""#]), (#"s="a"#, [#""a"#]), (#"s=a""#, [#"a""#]),
            (#"s=""a"""#, [#""a""#]),
            // Other names and what is no pair.
            ("S=a", []), ("ss=a", []), ("xs=a", []), ("s =a", []), ("s", []), ("=a", []), ("", []), ("x=s=a", []),
            (#"x="; s=a"#, ["a"]), ("$Version=1; s=a; $Path=/", ["a"]),
        ] as [(String, [String])]
    ) func `a cookie is found by its name among others`(field: String, values: [String]) {
        #expect(Headers([("Cookie", field)]).cookies(named: "s") == values)
    }

    @Test func `all Cookie fields count, in order, and no others`() {
        let headers: Headers = ["Cookie": "s=1; x=2", "Set-Cookie": "s=9", "X-Cookie": "s=9", "cookie": "y=3;s=4"]
        #expect(headers.cookies(named: "s") == ["1", "4"])
        #expect(headers.cookies(named: "y") == ["3"])
        #expect(headers.cookies(named: "z") == [])
        #expect(Headers().cookies(named: "s") == [])
    }
}
