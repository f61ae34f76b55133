import Testing

@testable import HTTPServer

@Suite struct PathPatternTests {
    @Test(arguments: ["/", "/a", "/a/b", "/a:b/c", "/a/b:"]) func `a path without a parameter is no pattern`(
        path: String
    ) {
        #expect(PathPattern(path) == nil)
    }

    @Test(
        arguments: [
            ("/u/:id", "/u/1", "1"), ("/u/:id", "/u/é", "é"), ("/u/:id", "/u/1/", nil), ("/u/:id", "/u/", nil),
            ("/u/:id", "/u", nil), ("/u/:id", "/v/1", nil), ("/:id", "/x", "x"), ("/:id", "/", nil),
            ("/u/:id/s", "/u/1/s", "1"), ("/u/:id/s", "/u/s/s", "s"), ("/u/:id/s", "/u/s", nil),
            ("/u/:id/s", "/u//s", nil),
            ("/u/:id/s", "/u/1/2/s", nil), ("/u/:id/s", "/u/1/sx", nil), ("/u/:id/s", "/u/1/S", nil),
            ("/u/:id/", "/u/1/", "1"), ("/u/:id/", "/u/1", nil), ("/u/:id/s/t", "/u/1/s/t", "1"),
        ] as [(String, String, String?)]
    ) func `a parameter is one segment that is not empty`(
        pattern: String,
        path: String,
        parameter: String?
    ) {
        #expect(PathPattern(pattern)?.match(path).map { String($0) } == parameter)
    }

    @Test func `a pattern is the same under another name`() {
        #expect(PathPattern("/u/:id/s") == PathPattern("/u/:user/s"))
        #expect(PathPattern("/u/:id/s") != PathPattern("/u/:id"))
    }

    @Test(
        arguments: [
            ("/a/", ""), ("/a/b", "b"), ("/a//", "/"), ("/a/../c", "../c"), ("/a", nil), ("/ab", nil), ("//a/b", nil),
            ("/A/b", nil), ("/a%2Fb", nil), ("", nil),
        ] as [(String, String?)]
    ) func `below a path is what goes on with a slash`(path: String, rest: String?) {
        #expect(PathPattern.below("/a").match(path).map { String($0) } == rest)
    }

    @Test func `below the root is everything`() {
        #expect(PathPattern.below("/").match("/") == "" && PathPattern.below("/").match("/a/b") == "a/b")
        #expect(PathPattern.below("/").match("*") == nil)
    }

    @Test func `a second parameter is a bug that traps`() async {
        await #expect(processExitsWith: .failure) { _ = PathPattern("/a/:b/:c") }
    }
}
