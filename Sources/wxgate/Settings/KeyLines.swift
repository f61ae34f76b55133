import OpenSSL

/// Keys of one length written as a line of base64 each, newest first; blank lines do not count.
enum KeyLines {
    /// Rotation needs two; more are kept only by mistake, and each is tried with a record.
    static let countMax = 16

    /// - Returns: the keys, at least one, and all different.
    /// - Throws: a fault that names the line and never quotes it.
    static func parse(_ text: String, byteCount: Int) throws(SettingFault) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            if line.isEmpty { continue }
            let characters = Array(line.utf8)
            guard let key = Base64.decode(characters.span) else {
                throw SettingFault("line \(number + 1) is not base64")
            }
            guard key.count == byteCount else {
                throw SettingFault("line \(number + 1) has \(key.count) bytes, not \(byteCount)")
            }
            guard !keys.contains(key) else { throw SettingFault("line \(number + 1) repeats a key") }
            keys.append(key)
        }
        guard !keys.isEmpty else { throw SettingFault("no key") }
        guard keys.count <= countMax else { throw SettingFault("\(keys.count) keys, more than \(countMax)") }
        return keys
    }
}
