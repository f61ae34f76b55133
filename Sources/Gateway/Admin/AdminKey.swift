public import OpenSSL

/// One key of the operator's listener. Only its digest is here, and even that prints as redacted.
public struct AdminKey: Sendable, Redacted {
    /// What the log calls it.
    public let name: String
    /// What it may be used for.
    public let scopes: Set<AdminScope>
    /// The apps whose users it may see; nil: all.
    public let appIDs: Set<String>?
    let digest: [UInt8]

    /// Bytes of a SHA-256.
    private static let digestByteCount = 32

    /// Takes a key by the SHA-256 of its text; nil when that is not 32 bytes.
    public init?(name: String, sha256 digest: [UInt8], scopes: Set<AdminScope>, appIDs: Set<String>? = nil) {
        guard digest.count == Self.digestByteCount else { return nil }
        self.name = name
        self.digest = digest
        self.scopes = scopes
        self.appIDs = appIDs
    }

    /// Takes a key itself.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public init(
        name: String,
        key: String,
        scopes: Set<AdminScope> = Set(AdminScope.allCases),
        appIDs: Set<String>? = nil
    ) throws(OpenSSLError) {
        self.name = name
        self.scopes = scopes
        self.appIDs = appIDs
        digest = try Digest.sha256(key.utf8Span.span)
    }

    /// Whether it is for this app too.
    func isFor(appID: String) -> Bool { appIDs?.contains(appID) ?? true }
}
