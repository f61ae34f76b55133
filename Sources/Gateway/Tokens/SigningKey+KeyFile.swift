internal import OpenSSL

extension SigningKey {
    /// Bound of an HS256 key in a file. What is longer than the hash's block is hashed first and gains nothing; what is
    /// longer than this is no key but another file.
    public static let byteCountMax = 1024
    /// Rotation needs two; more are kept only by mistake.
    public static let countMax = 16

    /// Reads a key file, newest key first: for HS256 a line of base64 each, else a PEM block each.
    ///
    /// Blank lines do not count, nor does a block `EC PARAMETERS`, which `openssl ecparam` writes in front of its keys.
    ///
    /// - Throws: `SigningKeyError`, with the line or block that is wrong.
    public static func read(keyFile text: String, algorithm: TokenAlgorithm) throws(SigningKeyError) -> [SigningKey] {
        let keys = try algorithm == .hs256 ? read(lines: text) : read(pem: text, algorithm: algorithm)
        guard !keys.isEmpty else { throw .noKey }
        guard keys.count <= countMax else { throw .tooMany(count: keys.count) }
        return keys
    }

    /// The text of a key file with this key alone, which `read(keyFile:algorithm:)` reads. It is the secret itself.
    ///
    /// - Throws: `SigningKeyError.library` only.
    public func keyFileText() throws(SigningKeyError) -> String {
        switch material {
        case .bytes(let bytes): return Base64.encode(bytes.span) + "\n"
        case .elliptic(let key): return try Self.library { () throws(OpenSSLError) in try key.pem().text }
        }
    }

    /// All private keys of a PEM text, none of them twice.
    static func read(pem text: String, algorithm: TokenAlgorithm) throws(SigningKeyError) -> [SigningKey] {
        guard let curve = algorithm.curve else { throw .pemForHS256 }
        var keys: [SigningKey] = []
        for (index, block) in try blocks(of: text).enumerated() where block.label != "EC PARAMETERS" {
            do throws(SigningKeyError) {
                let key = try SigningKey(ellipticKey(block, curve, algorithm), algorithm: algorithm)
                guard !keys.contains(where: { $0.kid == key.kid }) else { throw .repeated }
                keys.append(key)
            } catch {
                throw .block(index + 1, error)
            }
        }
        return keys
    }

    private static func blocks(of text: String) throws(SigningKeyError) -> [PEMBlock] {
        do throws(PEMBlock.Fault) {
            return try PEMBlock.read(text)
        } catch {
            switch error {
            case .malformed(let number): throw .block(number, .malformedBlock)
            }
        }
    }

    private static func ellipticKey(
        _ block: PEMBlock,
        _ curve: EllipticCurve,
        _ algorithm: TokenAlgorithm
    ) throws(SigningKeyError) -> EllipticKey {
        do throws(EllipticKeyError) {
            return try EllipticKey(block, curve: curve)
        } catch {
            throw SigningKeyError(error, algorithm: algorithm)
        }
    }

    private static func read(lines text: String) throws(SigningKeyError) -> [SigningKey] {
        var keys: [SigningKey] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
        where !line.isEmpty {
            do throws(SigningKeyError) {
                let key = try read(line: line)
                guard !keys.contains(where: { $0.kid == key.kid }) else { throw .repeated }
                keys.append(key)
            } catch {
                throw .line(index + 1, error)
            }
        }
        return keys
    }

    private static func read(line: Substring) throws(SigningKeyError) -> SigningKey {
        guard !line.hasPrefix("-----BEGIN ") else { throw .pemForHS256 }
        let text = Array(line.utf8)
        guard let bytes = Base64.decode(text.span) else { throw .notBase64 }
        guard bytes.count <= byteCountMax else { throw .tooLong(byteCount: bytes.count) }
        return try SigningKey(bytes)
    }
}
