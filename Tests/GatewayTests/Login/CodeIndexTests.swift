import TestSupport
import Testing
import WeChat

@testable import Gateway

@Suite struct CodeIndexTests {
    private func key(_ number: UInt32) throws -> CodeKey {
        CodeKey(appID: "wx1", code: try #require(LoginCode("code-\(number)")))
    }

    @Test func `of several entries of a key the caller finds the right one`() throws {
        var index = CodeIndex()
        let key = try key(1)
        index.insert(7, of: key)
        index.insert(8, of: key)
        #expect(index.number(of: key) { $0 == 8 } == 8)
        #expect(index.number(of: key) { _ in false } == nil)
        index.remove(7, of: key)
        index.remove(7, of: key)
        #expect(index.number(of: key) { _ in true } == 8 && index.count == 1)
    }

    @Test func `it says what a set says, however it grows and shrinks, and numbers wrap`() throws {
        var generator = SeededGenerator(seed: 62)
        var index = CodeIndex()
        var expected: Set<UInt32> = []
        for round in 0..<40_000 {
            // Around the place where numbers wrap.
            let number = UInt32.random(in: 0..<3_000, using: &generator) &- 1_500
            let grows = round % 20_000 < 10_000
            if Int.random(in: 0..<10, using: &generator) < (grows ? 7 : 2) {
                if expected.insert(number).inserted { index.insert(number, of: try key(number)) }
            } else if expected.remove(number) != nil {
                index.remove(number, of: try key(number))
            }
            #expect(index.count == expected.count)
            guard round % 4_000 == 0 else { continue }
            for offset in UInt32(0)..<3_000 {
                let number = offset &- 1_500
                let found = index.number(of: try key(number)) { $0 == number }
                #expect((found == number) == expected.contains(number))
            }
        }
    }
}
