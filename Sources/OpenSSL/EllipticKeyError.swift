/// Why a PEM block is no private key of the wanted curve.
public enum EllipticKeyError: Error, Equatable, Sendable {
    /// A block of another kind: a public key, a certificate. Holds its label.
    case otherBlock(label: String)
    /// The private key is encrypted; there is nobody to ask for its password.
    case encrypted
    /// The block's bytes are no private key, or one whose halves do not belong together.
    case malformed
    /// A private key, but of another curve or algorithm. Holds the library's name for it.
    case otherKey(name: String)
    /// The library failed.
    case library(OpenSSLError)
}
