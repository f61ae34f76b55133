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

    private struct Key {
        let id: UInt64
        let derivation: HMACSHA256
        /// What its records begin with: version and key id.
        let start: [UInt8]

        init(_ key: DataKey) throws(OpenSSLError) {
            id = key.id
            derivation = try HMACSHA256(key: key.bytes.span)
            let id = key.id
            start = [RecordCipher.version] + (0..<8).map { UInt8(truncatingIfNeeded: id >> UInt64(56 - 8 * $0)) }
        }
    }

    private let keys: [Key]
    private let newest: Key
    private let aes: AESGCM
    private let random = SecureRandom()
    /// Kept for its room.
    private var label: [UInt8] = []

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
        setLabel(purpose, user)
        let nonce = try random.use(AESGCM.nonceByteCount) { bytes in [12 of UInt8] { bytes[$0] } }
        var record: [UInt8] = []
        record.reserveCapacity(Self.headByteCount + plaintext.count + AESGCM.tagByteCount)
        record.append(contentsOf: newest.start)
        for index in nonce.indices { record.append(nonce[index]) }
        let label = label
        try aes.seal(
            plaintext,
            key: newest.derivation.code(for: label.span),
            nonce: nonce,
            associatedData: label.span,
            appendingTo: &record
        )
        return SealedRecord(bytes: record)
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
        setLabel(purpose, user)
        let label = label
        return try aes.open(
            bytes.extracting(droppingFirst: Self.headByteCount),
            key: key.derivation.code(for: label.span),
            nonce: [12 of UInt8] { bytes[9 + $0] },
            associatedData: label.span
        )
    }

    /// Different for each purpose and user: neither purposes nor appids have a zero byte, and the openid comes last.
    private func setLabel(_ purpose: RecordPurpose, _ user: User.Key) {
        label.removeAll(keepingCapacity: true)
        label.append(contentsOf: "wxgate record\0".utf8)
        label.append(contentsOf: purpose.rawValue.utf8)
        label.append(0)
        label.append(contentsOf: user.appID.utf8)
        label.append(0)
        label.append(contentsOf: user.openID.utf8)
    }
}
