/// The curves on which tokens are signed, named as JSON Web Keys name them (RFC 7518 section 6.2.1.1, RFC 8037 section 2).
public enum EllipticCurve: String, CaseIterable, Sendable {
    /// NIST P-256, for ECDSA.
    case p256 = "P-256"
    /// Curve25519 in Edwards form, for EdDSA.
    case ed25519 = "Ed25519"
}

/// A public key by the coordinates of its point.
public enum EllipticPublicKey: Hashable, Sendable {
    /// Both coordinates, 32 bytes each, most significant first.
    case p256(x: [UInt8], y: [UInt8])
    /// The 32 bytes of RFC 8032 section 5.1.5.
    case ed25519(x: [UInt8])
}
