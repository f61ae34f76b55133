import FoundationEssentials

/// One key that signs tokens with HS256.
struct TokenKey: Sendable, Hashable {
    /// RFC 7518 section 3.2: a key of at least the hash's size.
    static let bytesMin = 32
    /// Longer keys than the hash's block are hashed first and gain nothing; what is longer is not a key.
    static let bytesMax = 1024
    /// Rotation needs two; more are kept only by mistake, and each is tried at start.
    static let countMax = 16

    /// The key itself. Whoever reads it keeps it out of logs and errors.
    let bytes: [UInt8]

    /// Reads a key file: a line of base64 each, newest first; blank lines do not count.
    static func parseLines(_ text: String) throws(SettingFault) -> [TokenKey] {
        var keys: [TokenKey] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if line.isEmpty { continue }
            guard let key = Data(base64Encoded: String(line)) else {
                throw SettingFault("line \(number + 1) of the file is not base64")
            }
            guard (bytesMin...bytesMax).contains(key.count) else {
                throw SettingFault(
                    "line \(number + 1) of the file has \(key.count) bytes, not \(bytesMin) to \(bytesMax)"
                )
            }
            guard !keys.contains(where: { $0.bytes == Array(key) }) else {
                throw SettingFault("line \(number + 1) of the file repeats a key")
            }
            keys.append(TokenKey(bytes: Array(key)))
        }
        guard !keys.isEmpty else { throw SettingFault("the file holds no key") }
        guard keys.count <= countMax else {
            throw SettingFault("the file holds \(keys.count) keys, more than \(countMax)")
        }
        return keys
    }
}

extension TokenKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { ShownValue.mask }
    var debugDescription: String { ShownValue.mask }
    var customMirror: Mirror { Mirror(self, children: []) }
}
