public import OpenSSL

/// The keys of the operator's listener.
public struct AdminKeys: Sendable, Redacted {
    let keys: [AdminKey]

    /// Takes keys with distinct names; none: calls that need one are forbidden.
    public init(_ keys: [AdminKey] = []) {
        self.keys = keys
    }

    var isEmpty: Bool { keys.isEmpty }

    /// The key that this text is. Compares with all of them, so that the time does not tell which it is like.
    func key(_ text: String) throws(OpenSSLError) -> AdminKey? {
        let digest = try Digest.sha256(text.utf8Span.span)
        var found: AdminKey?
        for key in keys {
            let isIt = ConstantTime.equals(key.digest, digest)
            if isIt, found == nil { found = key }
        }
        return found
    }
}
