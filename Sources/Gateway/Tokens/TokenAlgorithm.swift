internal import OpenSSL

/// How the tokens of one gateway are signed. The raw values are those of `alg` (RFC 7518 section 3.1, RFC 8037 section
/// 3.1) and of the setting.
public enum TokenAlgorithm: String, CaseIterable, Sendable {
    /// HMAC with SHA-256: who verifies could sign too. The cheapest by far.
    case hs256 = "HS256"
    /// ECDSA on P-256: others verify with public keys. Nearly every library speaks it.
    case es256 = "ES256"
    /// Ed25519: the same, in younger libraries.
    case edDSA = "EdDSA"

    /// The curve of its keys; nil for HS256.
    var curve: EllipticCurve? {
        switch self {
        case .hs256: nil
        case .es256: .p256
        case .edDSA: .ed25519
        }
    }
}
