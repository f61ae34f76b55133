import Testing

@testable import HTTPServer

@Suite struct PendingInputTests {
    private func append(_ text: String, to input: PendingInput) {
        Array(text.utf8).withUnsafeBytes { input.append($0[...]) }
    }

    @Test func `what is taken from the front is gone, the rest comes again with what was added`() {
        let input = PendingInput()
        #expect(input.isEmpty)
        append("abcdef", to: input)
        input.consume { bytes in
            #expect(Array(bytes) == Array("abcdef".utf8))
            return 4
        }
        append("gh", to: input)
        #expect(input.count == 4)
        input.consume { bytes in
            #expect(Array(bytes) == Array("efgh".utf8))
            return 4
        }
        #expect(input.isEmpty)
        append("x", to: input)
        input.removeAll()
        #expect(input.count == 0)
    }
}
