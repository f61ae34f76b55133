/// One block of a PEM file in the strict form of RFC 7468: a label and bytes.
///
/// Read here and not by the library, so that a fault can name its block and no encrypted key ever asks a terminal for a
/// password.
public struct PEMBlock: Sendable, Redacted {
    /// Why a text is no sequence of blocks.
    public enum Fault: Error, Equatable, Sendable {
        /// The block of this number, from 1, has no end of the same label, or its lines are not base64.
        case malformed(block: Int)
    }

    /// What stands behind `BEGIN`, as in `PRIVATE KEY`.
    public let label: String
    /// What the lines say.
    public let bytes: [UInt8]

    /// Makes a block.
    public init(label: String, bytes: [UInt8]) {
        self.label = label
        self.bytes = bytes
    }

    /// All blocks of a text. What stands between them is explanation and ignored (RFC 7468 section 2).
    public static func read(_ text: String) throws(Fault) -> [PEMBlock] {
        var blocks: [PEMBlock] = []
        var open: (label: String, base64: String)?
        for line in text.split(whereSeparator: \.isNewline) {
            // Editors leave spaces at the end (RFC 7468 section 2 lets parsers ignore them).
            var line = line
            while line.last?.isWhitespace == true { line.removeLast() }
            if let label = label(of: line, after: "-----BEGIN ") {
                guard open == nil else { throw .malformed(block: blocks.count + 1) }
                open = (label, "")
            } else if let label = label(of: line, after: "-----END ") {
                guard let block = open, block.label == label, let bytes = decode(block.base64) else {
                    throw .malformed(block: blocks.count + 1)
                }
                blocks.append(PEMBlock(label: label, bytes: bytes))
                open = nil
            } else {
                open?.base64 += line
            }
        }
        guard open == nil else { throw .malformed(block: blocks.count + 1) }
        return blocks
    }

    /// The block in lines of 64 characters, the last one ended too.
    public var text: String {
        var text = "-----BEGIN \(label)-----\n"
        var rest = Base64.encode(bytes.span)[...]
        while !rest.isEmpty {
            text += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END \(label)-----\n"
    }

    private static func label(of line: Substring, after start: String) -> String? {
        guard line.hasPrefix(start), line.hasSuffix("-----") else { return nil }
        return String(line.dropFirst(start.count).dropLast(5))
    }

    private static func decode(_ base64: String) -> [UInt8]? {
        let text = Array(base64.utf8)
        return text.isEmpty ? nil : Base64.decode(text.span)
    }
}
