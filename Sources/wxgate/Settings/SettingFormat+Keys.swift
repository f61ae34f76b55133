import Gateway

extension SettingFormat where Value == [DataKey] {
    /// Keys of AES-256.
    static var dataKeys: SettingFormat {
        SettingFormat(allowed: "base64 of 32 bytes, a line each, newest first") { text throws(SettingFault) in
            var keys: [DataKey] = []
            for bytes in try KeyLines.parse(text, byteCount: DataKey.byteCount) {
                do throws(DataKeyError) {
                    keys.append(try DataKey(bytes))
                } catch {
                    throw SettingFault("\(error)")
                }
            }
            return keys
        }
    }
}

extension SettingFormat where Value == TokenAlgorithm {
    static var tokenAlgorithm: SettingFormat {
        SettingFormat(
            allowed: TokenAlgorithm.allCases.map(\.rawValue).joined(separator: ", "),
            written: \.rawValue,
            parse: { text throws(SettingFault) in
                guard let algorithm = TokenAlgorithm(rawValue: text) else { throw SettingFault("unknown") }
                return algorithm
            }
        )
    }
}
