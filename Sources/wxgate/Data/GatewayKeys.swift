import Gateway
import Logging
import OpenSSL
import SQLiteStore

/// The keys of a gateway: the configured ones, else those in its data directory, made at the first start.
struct GatewayKeys {
    /// Newest first, at least one.
    let tokens: [SigningKey]
    /// Newest first, at least one.
    let data: [DataKey]

    static let dataKeyName = "data.key"

    /// The name of the file of a made key: another one for each algorithm, so that going back finds the key of before.
    static func tokenKeyName(for algorithm: TokenAlgorithm) -> String {
        switch algorithm {
        case .hs256: "token.HS256.key"
        case .es256: "token.ES256.pem"
        case .edDSA: "token.EdDSA.pem"
        }
    }

    /// - Parameter directory: where keys that are not configured lie; nil when all are.
    init(_ settings: Settings, in directory: DataDirectory?, logger: Logger) throws(StartFault) {
        var tokens = settings.tokenKeys
        var data = settings.dataKeys
        if let directory {
            if tokens.isEmpty { tokens = try Self.tokenKeys(settings.tokenAlgorithm, in: directory, logger: logger) }
            if data.isEmpty { data = try Self.dataKeys(in: directory, logger: logger) }
        }
        self.tokens = tokens
        self.data = data
    }

    private static func tokenKeys(
        _ algorithm: TokenAlgorithm,
        in directory: DataDirectory,
        logger: Logger
    ) throws(StartFault) -> [SigningKey] {
        let file = KeyFile(tokenKeyName(for: algorithm), in: directory, logger: logger)
        let (text, isNew) = try file.readOrMake { () throws(StartFault) in
            do throws(SigningKeyError) {
                return try SigningKey.generate(algorithm).keyFileText()
            } catch {
                throw file.fault("no key can be made: \(error)")
            }
        }
        do throws(SigningKeyError) {
            let keys = try SigningKey.read(keyFile: text, algorithm: algorithm)
            if isNew, let kid = keys.first?.kid {
                logger.info("made a key that signs tokens", metadata: ["path": "\(file.path)", "kid": "\(kid)"])
            }
            return keys
        } catch {
            throw file.fault("damaged: \(error); put the right file back, or remove it to get a new key")
        }
    }

    private static func dataKeys(in directory: DataDirectory, logger: Logger) throws(StartFault) -> [DataKey] {
        let file = KeyFile(dataKeyName, in: directory, logger: logger)
        let (text, isNew) = try file.readOrMake { () throws(StartFault) in
            do throws(OpenSSLError) {
                let bytes = try SecureRandom.generate(32)
                return Base64.encode(bytes.span) + "\n"
            } catch {
                throw file.fault("no key can be made: \(error)")
            }
        }
        if isNew {
            logger.info("made a key that encrypts what lies at rest", metadata: ["path": "\(file.path)"])
            if directory.holds(EmbeddedStore.fileName) {
                logger.warning(
                    "there was a store without its key: what it holds encrypted cannot be read any more",
                    metadata: ["path": "\(directory.path(of: EmbeddedStore.fileName))"]
                )
            }
        }
        do throws(SettingFault) {
            return try SettingFormat.dataKeys.parse(text)
        } catch {
            throw file.fault("damaged: \(error.detail); put the right file back: without it what it encrypted is lost")
        }
    }
}
