import Gateway

/// The variables about sessions and the keys that protect them.
extension SettingsReader {
    mutating func readSessionStore() { _ = read(.sessionStore, as: .sessionStore) }

    mutating func readSessionMaxAge(lifetime: Int) -> Int {
        let maxAge = read(
            .sessionMaxAge,
            as: .number(1...31_536_000, "seconds, a year at most; a stolen token can be refreshed as long")
        )
        if maxAge < lifetime {
            addWarning(
                "WXGATE_SESSION_MAX_AGE: \(maxAge) is less than WXGATE_SESSION_TTL, \(lifetime):"
                    + " no refresh prolongs a session"
            )
        }
        return maxAge
    }

    /// The configured keys; none when they are made in the data directory.
    mutating func readTokenKeys(of algorithm: TokenAlgorithm) -> [SigningKey] {
        let variable = SettingVariable.tokenKeyFile.name
        guard let path = text(of: .tokenKeyFile) else {
            addEffective(EffectiveSetting(variable, value: "", isDefault: true))
            return []
        }
        do throws(SettingFault) {
            let keys = try Self.tokenKeys(in: try SettingFile.read(path), for: algorithm)
            addEffective(EffectiveSetting(variable, value: path, isDefault: false))
            return keys
        } catch {
            addMistake(
                variable,
                value: ShownValue.ofPath(path),
                error.detail,
                allowed: "for \(algorithm.rawValue) a readable file, \(Self.allowedTokenKeys(for: algorithm))"
            )
            return []
        }
    }

    private static func tokenKeys(
        in text: String,
        for algorithm: TokenAlgorithm
    ) throws(SettingFault) -> [SigningKey] {
        do throws(SigningKeyError) {
            return try SigningKey.read(keyFile: text, algorithm: algorithm)
        } catch {
            throw SettingFault("\(error)")
        }
    }

    private static func allowedTokenKeys(for algorithm: TokenAlgorithm) -> String {
        switch algorithm {
        case .hs256: "a line of base64 for each key of at least \(SigningKey.byteCountMin) bytes, newest first"
        case .es256: "a private key of P-256 in PEM without a password, or several, newest first"
        case .edDSA: "a private key of Ed25519 in PEM without a password, or several, newest first"
        }
    }
}
