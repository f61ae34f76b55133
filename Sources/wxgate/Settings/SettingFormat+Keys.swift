import Gateway

extension SettingFormat where Value == [DataKey] {
    /// Keys of AES-256.
    static var dataKeys: SettingFormat {
        SettingFormat(allowed: "base64 of 32 bytes, a line each, newest first") { text throws(SettingFault) in
            try KeyLines.parse(text, bytes: 32...32).compactMap { DataKey($0) }
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
