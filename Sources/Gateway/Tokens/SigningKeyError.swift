public import OpenSSL

/// Why a text or some bytes are no signing key. The descriptions never hold anything of the key.
public enum SigningKeyError: Error, Equatable, Sendable {
    /// Fewer bytes than `SigningKey.byteCountMin`.
    case tooShort(byteCount: Int)
    /// More bytes than `SigningKey.byteCountMax`; only in a key file.
    case tooLong(byteCount: Int)
    /// A line of an HS256 key file that is no padded standard base64.
    case notBase64
    /// A PEM file given for HS256, or PEM asked of it.
    case pemForHS256
    /// No PEM block where one has to be.
    case noBlock
    /// A PEM block without its end, or whose lines are not base64.
    case malformedBlock
    /// A PEM block that is no private key: a public key, a certificate. Holds its label.
    case otherBlock(label: String)
    /// An encrypted private key.
    case encrypted
    /// A PEM block that says it is a private key, but is not, or whose halves do not belong together.
    case malformedKey
    /// A private key of another curve or algorithm. Holds the library's name for it.
    case otherKey(name: String, algorithm: TokenAlgorithm)
    /// The same key again.
    case repeated
    /// A key file without a key.
    case noKey
    /// A key file with more than `SigningKey.countMax` keys.
    case tooMany(count: Int)
    /// One of the above, in this line of a key file (from 1).
    indirect case line(Int, SigningKeyError)
    /// One of the above, in this PEM block of a key file (from 1).
    indirect case block(Int, SigningKeyError)
    /// The library failed.
    case library(OpenSSLError)

    init(_ error: EllipticKeyError, algorithm: TokenAlgorithm) {
        self =
            switch error {
            case .otherBlock(let label): .otherBlock(label: label)
            case .encrypted: .encrypted
            case .malformed: .malformedKey
            case .otherKey(let name): .otherKey(name: name, algorithm: algorithm)
            case .library(let error): .library(error)
            }
    }
}

extension SigningKeyError: CustomStringConvertible {
    /// One line for an operator, without the file's name.
    public var description: String {
        switch self {
        case .line(let number, let fault): "line \(number) of the file \(fault.predicate)"
        case .block(let number, let fault): "block \(number) of the file \(fault.predicate)"
        case .noKey, .tooMany: "the file \(predicate)"
        default: "the key \(predicate)"
        }
    }

    private var predicate: String {
        switch self {
        case .tooShort(let count), .tooLong(let count):
            "has \(count) bytes, not \(SigningKey.byteCountMin) to \(SigningKey.byteCountMax)"
        case .notBase64: "is not base64"
        case .pemForHS256: "is PEM, but keys of HS256 are lines of base64"
        case .noBlock: "has no PEM block"
        case .malformedBlock: "is not whole PEM: no matching END line, or lines that are not base64"
        case .otherBlock(let label): "is no private key but \(label.isEmpty ? "unnamed" : label)"
        case .encrypted: "is encrypted, and there is nobody to ask for its password"
        case .malformedKey: "is no private key that can be read"
        case .otherKey(let name, let algorithm):
            "is a key of \(name), but \(algorithm.rawValue) signs with \(algorithm.curve?.rawValue ?? "bytes")"
        case .repeated: "repeats a key"
        case .noKey: "holds no key"
        case .tooMany(let count): "holds \(count) keys, more than \(SigningKey.countMax)"
        case .line, .block: description
        case .library(let error): "could not be used: \(error)"
        }
    }
}
