public import OpenSSL

/// Seals what a store keeps of a user's secrets, and opens it again. One instance a loop: it keeps contexts.
///
/// A record is `version (1) | key id (8) | nonce (12) | ciphertext | tag (16)`, in AES-256-GCM. Each purpose and user has
/// a key of its own, HMAC-SHA256(data key, label), so that the bound of random nonces (2^32 messages under one key, NIST
/// SP 800-38D section 8.3) is one user's and not the whole gateway's. The label is the associated data too: a record that
/// was moved to another user or purpose does not open.
public final class RecordCipher {
    /// The layout above. Another one gets another number.
    static let version: UInt8 = 1
    /// Version, key id and nonce.
    static let headByteCount = 1 + 8 + AESGCM.nonceByteCount

    /// Of "wxgate record" and a zero.
    private static let labelStartByteCount = 14

    private struct Key {
        let id: UInt64
        let derivation: HMACSHA256

        init(_ key: DataKey) throws(OpenSSLError) {
            id = key.id
            derivation = try HMACSHA256(key: key.bytes.span)
        }
    }

    private let keys: [Key]
    private let newest: Key
    private let aes: AESGCM
    private let random = SecureRandom()

    /// Takes every key that a record may name, newest first: the newest seals, all of them open.
    ///
    /// - Throws: `OpenSSLError` when the library has not what it takes or no memory.
    public init(keys: [DataKey]) throws(OpenSSLError) {
        self.keys = try keys.map { key throws(OpenSSLError) in try Key(key) }
        guard let newest = self.keys.first else { preconditionFailure("records are sealed with at least one key") }
        self.newest = newest
        aes = try AESGCM()
    }

    /// The record of `plaintext`; another one each time.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func seal(
        _ plaintext: Span<UInt8>,
        for purpose: RecordPurpose,
        of user: User.Key
    ) throws(OpenSSLError) -> SealedRecord {
        let nonce = try random.use(AESGCM.nonceByteCount) { bytes in [12 of UInt8] { bytes[$0] } }
        let sealedByteCount = plaintext.count + AESGCM.tagByteCount
        let (newest, aes) = (newest, aes)
        return try Self.withLabel(purpose, user) { label -> Result<SealedRecord, OpenSSLError> in
            var failure: OpenSSLError?
            let record = RowWriter.bytes(countMax: Self.headByteCount + sealedByteCount) { record in
                record.put(Self.version)
                record.put(newest.id)
                record.put(nonce.span)
                record.put(byteCount: sealedByteCount) { sealed in
                    do throws(OpenSSLError) {
                        let key = try newest.derivation.code(for: label)
                        try aes.seal(plaintext, key: key, nonce: nonce, associatedData: label, into: &sealed)
                    } catch {
                        failure = error
                    }
                }
            }
            if let failure { return .failure(failure) }
            return .success(SealedRecord(bytes: record))
        }
        .get()
    }

    /// What was sealed for this purpose and user, or nil when the record is another's, was changed, or names a key that
    /// is not here.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func open(
        _ record: SealedRecord,
        for purpose: RecordPurpose,
        of user: User.Key
    ) throws(OpenSSLError) -> [UInt8]? {
        let bytes = record.bytes.span
        guard bytes.count >= Self.headByteCount + AESGCM.tagByteCount, bytes[0] == Self.version else { return nil }
        var id: UInt64 = 0
        for index in 1...8 { id = id << 8 | UInt64(bytes[index]) }
        guard let key = keys.first(where: { $0.id == id }) else { return nil }
        let aes = aes
        return try Self.withLabel(purpose, user) { label -> Result<[UInt8]?, OpenSSLError> in
            Result { () throws(OpenSSLError) in
                try aes.open(
                    bytes.extracting(droppingFirst: Self.headByteCount),
                    key: key.derivation.code(for: label),
                    nonce: [12 of UInt8] { bytes[9 + $0] },
                    associatedData: label
                )
            }
        }
        .get()
    }

    /// Runs a body with the label, different for each purpose and user: neither purposes nor appids have a zero byte, and
    /// the openid comes last.
    private static func withLabel<Result>(
        _ purpose: RecordPurpose,
        _ user: User.Key,
        _ body: (Span<UInt8>) -> Result
    ) -> Result {
        let (purpose, appID, openID) = (purpose.rawValue.utf8Span, user.appID.utf8Span, user.openID.utf8Span)
        return RowWriter.with(countMax: labelStartByteCount + 2 + purpose.count + appID.count + openID.count) { label in
            label.put(plain: "wxgate record\0")
            label.put(purpose.span)
            label.put(UInt8(0))
            label.put(appID.span)
            label.put(UInt8(0))
            label.put(openID.span)
        } then: {
            body($0)
        }
    }
}
