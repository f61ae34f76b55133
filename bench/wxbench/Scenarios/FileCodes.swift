/// Codes of real phones, out of a file with one a line; each is good once, and whose it is only WeChat knows.
final class FileCodes: CodeSource {
    let areUsersNew = false

    private let codes: [[UInt8]]
    private var drawn = 0

    /// Takes this loop's lines out of the file: each one goes to one loop.
    init(path: String, index: Int, of loops: Int) throws(BenchError) {
        guard let text = FileText.read(path) else { throw .file("cannot read the codes in \(path)") }
        codes = try Self.parse(text, name: path).enumerated().filter { $0.offset % loops == index }.map(\.element)
    }

    /// The codes of a file; empty lines do not count.
    static func parse(_ text: String, name: String) throws(BenchError) -> [[UInt8]] {
        var codes: [[UInt8]] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let code = Array(line.utf8.filter { $0 > 0x20 })
            if code.isEmpty { continue }
            guard code.count <= 256, code.allSatisfy(isCodeByte) else {
                throw .file("\(name): line \(index + 1) is no code")
            }
            codes.append(code)
        }
        guard !codes.isEmpty else { throw .file("\(name) holds no code") }
        return codes
    }

    func draw(into bytes: inout [UInt8]) -> CodeDraw {
        guard drawn < codes.count else { return .finished }
        bytes.append(contentsOf: codes[drawn])
        drawn += 1
        return .code(drawn - 1)
    }

    func openid(of number: Int) -> [UInt8]? { nil }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
