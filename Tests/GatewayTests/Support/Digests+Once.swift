import OpenSSL
import WeChat

@testable import Gateway

/// The same with a context of their own, which only a request's path has to save.
extension TokenDigest {
    init(of id: String) throws {
        try self.init(of: id, by: SHA256())
    }
}

extension TokenDigests {
    init(of claims: TokenClaims) throws {
        try self.init(of: claims, by: SHA256())
    }
}

extension StoredSessionKey {
    init(_ key: SessionKey, of user: User.Key, sealedBy records: RecordCipher) throws {
        try self.init(key, of: user, sealedBy: records, hashedBy: SHA256())
    }
}
