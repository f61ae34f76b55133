import Gateway
import OpenSSL

/// The text of a file of token keys.
enum TokenKeyText {
    /// What such a file must be, in words.
    static func allowed(for algorithm: TokenAlgorithm) -> String {
        switch algorithm {
        case .hs256: "a line of base64 for each key of at least \(SigningKey.byteCountMin) bytes, newest first"
        case .es256: "a PEM private key of P-256 (PKCS #8 or SEC 1), or several, newest first"
        case .eddsa: "a PEM private key of Ed25519 (PKCS #8), or several, newest first"
        }
    }

    /// The keys of a file, newest first.
    static func parse(_ text: String, for algorithm: TokenAlgorithm) throws(SettingFault) -> [SigningKey] {
        var keys: [SigningKey] = []
        for bytes in try KeyLines.parse(text, bytes: SigningKey.byteCountMin...1024) {
            do throws(SigningKeyError) {
                keys.append(try SigningKey(bytes))
            } catch {
                throw SettingFault("\(error)")
            }
        }
        return keys
    }

    /// The text of a file with one new key.
    static func make(for algorithm: TokenAlgorithm) throws -> String {
        let bytes = try SecureRandom.generate(SigningKey.byteCountMin)
        return Base64.encode(bytes.span) + "\n"
    }
}
