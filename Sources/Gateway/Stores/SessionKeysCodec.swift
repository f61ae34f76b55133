/// The session_keys of one user as bytes, for stores that keep them outside this process. The keys inside are sealed.
package enum SessionKeysCodec {
    static let version: UInt8 = 1
    /// Sealed record's length and fingerprint.
    static let keyBytesMin = 4 + 8
    /// Version and two counts.
    static let fixedBytes = 3

    /// The row of a user's keys.
    package static func encode(_ history: SessionKeyHistory) -> [UInt8] {
        var countMax = fixedBytes + keyBytesMin + (history.newest?.sealed.bytes.count ?? 0)
        for displaced in history.displaced { countMax += keyBytesMin + 8 + displaced.key.sealed.bytes.count }
        return RowWriter.bytes(countMax: countMax) { row in
            row.put(version)
            row.put(UInt8(history.newest == nil ? 0 : 1))
            if let newest = history.newest { put(newest, into: &row) }
            row.put(UInt8(history.displaced.count))
            for displaced in history.displaced {
                put(displaced.key, into: &row)
                row.put(displaced.displacedAt)
            }
        }
    }

    /// The keys of a row; nil when it is none, or of a form that this version does not know.
    package static func decode(_ bytes: [UInt8]) -> SessionKeyHistory? {
        do throws(RowReader.Malformed) {
            return try read(RowReader(bytes))
        } catch {
            return nil
        }
    }

    static func put(_ key: StoredSessionKey, into row: inout RowWriter) {
        row.put(key.fingerprint)
        row.put(key.sealed)
    }

    private static func read(_ row: consuming RowReader) throws(RowReader.Malformed) -> SessionKeyHistory {
        guard try row.number() == version else { throw RowReader.Malformed() }
        let newestCount = try row.number(UInt8.self)
        guard newestCount <= 1 else { throw RowReader.Malformed() }
        let newest = newestCount == 1 ? try key(&row) : nil
        let displaced = try row.list(count: Int(try row.number(UInt8.self)), minimumBytes: keyBytesMin + 8) {
            row throws(RowReader.Malformed) in
            SessionKeyHistory.Displaced(key: try key(&row), displacedAt: try row.time())
        }
        try row.finish()
        return SessionKeyHistory(newest: newest, displaced: displaced)
    }

    private static func key(_ row: inout RowReader) throws(RowReader.Malformed) -> StoredSessionKey {
        let fingerprint = try row.number(UInt64.self)
        return StoredSessionKey(sealed: try row.record(), fingerprint: fingerprint)
    }
}
