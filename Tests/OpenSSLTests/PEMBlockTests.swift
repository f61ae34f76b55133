import OpenSSL
import Testing

@Suite struct PEMBlockTests {
    @Test func `what was written is read, at lengths around a line`() throws {
        for count in [1, 2, 3, 47, 48, 49, 96, 97, 200] {
            let block = PEMBlock(label: "SOME KEY", bytes: (0..<count).map { UInt8($0) })
            let text = block.text
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 64 })
            let read = try PEMBlock.read(text)
            #expect(read.map(\.label) == ["SOME KEY"] && read.map(\.bytes) == [block.bytes])
        }
    }

    @Test func `several blocks are read in order, whatever stands between them`() throws {
        let text = """
            Bag Attributes: none

            -----BEGIN A-----
            AAEC
            -----END A-----
            between
            -----BEGIN B C-----
            Aw
            ==
            -----END B C-----  \u{20}

            """
        for text in [text, text.replacing("\n", with: "\r\n"), text.replacing("\n", with: "\n\n")] {
            let blocks = try PEMBlock.read(text)
            #expect(blocks.map(\.label) == ["A", "B C"])
            #expect(blocks.map(\.bytes) == [[0, 1, 2], [3]])
        }
    }

    @Test(arguments: ["", "\n", "no block", "AAEC", "----BEGIN A----\nAAEC\n----END A----"])
    func `a text without a block has none`(text: String) throws {
        #expect(try PEMBlock.read(text).isEmpty)
    }

    @Test(arguments: [
        "-----BEGIN A-----", "-----BEGIN A-----\nAAEC", "-----BEGIN A-----\nAAEC\n-----END B-----",
        "-----END A-----", "-----BEGIN A-----\n-----END A-----", "-----BEGIN A-----\nAAE\n-----END A-----",
        "-----BEGIN A-----\nA*EC\n-----END A-----", "-----BEGIN A-----\nAAEC\n-----BEGIN A-----",
        "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAAEC\n-----END A-----",
    ])
    func `a block that is not whole is named by its number`(text: String) throws {
        #expect(throws: PEMBlock.Fault.malformed(block: 1)) { _ = try PEMBlock.read(text) }
        let good = "-----BEGIN A-----\nAAEC\n-----END A-----\n"
        #expect(throws: PEMBlock.Fault.malformed(block: 3)) { _ = try PEMBlock.read(good + good + text) }
    }
}
