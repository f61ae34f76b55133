import Testing

@testable import wxgate

@Suite struct NearestNameTests {
    @Test(
        arguments: [
            ("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abd", 1), ("abc", "acb", 1),
            ("abc", "ab", 1), ("abc", "xabc", 1), ("kitten", "sitting", 3), ("ca", "abc", 3), ("abcd", "badc", 2),
        ]
    )
    func `the distance counts edits and swaps of neighbours`(_ left: String, _ right: String, _ distance: Int) {
        #expect(NearestName.distance(left, right) == distance)
        #expect(NearestName.distance(right, left) == distance)
    }

    @Test func `a name of any length is compared in bounded work`() {
        #expect(NearestName.distance(String(repeating: "x", count: 1_000_000), "abc") == 100)
    }

    @Test func `of several equally near names the first counts`() {
        #expect(NearestName.of("ab", among: ["xy", "ax", "bb"]) == "ax")
        #expect(NearestName.of("ab", among: []) == nil)
    }
}
