/// A login's key on the bytes of a row: as ``SessionKeyHistory/record(_:now:)`` would have it, which decides.
extension SessionKeysCodec {
    /// The row that a login makes of a row, which may be empty: that of a user without keys.
    ///
    /// - Parameter key: nil leaves the row.
    /// - Returns: the row, and whether that before it was none and so counts as empty.
    package static func row(
        _ row: Span<UInt8>,
        after key: StoredSessionKey?,
        now: Int64
    ) -> (bytes: [UInt8], wasMalformed: Bool) {
        var isRead = true
        let bytes = RowWriter.bytes(countMax: countMax(of: key, beside: row.count)) {
            isRead = put(key, over: row, now: now, into: &$0)
        }
        return (bytes, !isRead)
    }

    /// One key as it stands in a row.
    private struct Key {
        let fingerprint: UInt64
        /// Fingerprint and record.
        let bytes: Range<Int>
        let displacedAt: Int64

        init(_ row: inout RowCursor, in bytes: Span<UInt8>, isNewest: Bool, now: Int64) throws(RowCursor.Malformed) {
            let start = row.position
            fingerprint = try row.number(in: bytes)
            self.bytes = start..<(try row.field(in: bytes)).upperBound
            displacedAt = isNewest ? now : try row.time(in: bytes)
        }
    }

    /// Bytes that ``put(_:over:now:into:)`` puts at most over a row of so many.
    static func countMax(of key: StoredSessionKey?, beside byteCount: Int) -> Int {
        // The newest one of before gets a time.
        fixedBytes + byteCount + 8 + (key.map { keyBytesMin + $0.sealed.bytes.count } ?? 0)
    }

    /// Puts what a login makes of a row; nil leaves it. A row that is none counts as that of a user without keys.
    ///
    /// - Returns: whether the row is one, or empty.
    @discardableResult
    static func put(
        _ key: StoredSessionKey?,
        over row: Span<UInt8>,
        now: Int64,
        into next: inout RowWriter
    ) -> Bool {
        guard let key else {
            if row.isEmpty { putNone(into: &next) } else { next.put(row) }
            return true
        }
        let found = row.isEmpty ? (nil, nil) : try? kept(in: row, beside: key.fingerprint, now: now)
        let kept = found ?? (nil, nil)
        next.put(version)
        next.put(UInt8(1))
        put(key, into: &next)
        next.put(UInt8((kept.0 == nil ? 0 : 1) + (kept.1 == nil ? 0 : 1)))
        if let displaced = kept.0 { put(displaced, of: row, into: &next) }
        if let displaced = kept.1 { put(displaced, of: row, into: &next) }
        return found != nil
    }

    private static func putNone(into next: inout RowWriter) {
        next.put(version)
        next.put(UInt16(0))
    }

    private static func put(_ displaced: Key, of row: Span<UInt8>, into next: inout RowWriter) {
        next.put(row.extracting(displaced.bytes))
        next.put(displaced.displacedAt)
    }

    /// The keys that stay beside a new one, newest first: ``SessionKeyHistory/displacedMax``.
    private static func kept(
        in row: Span<UInt8>,
        beside newest: UInt64,
        now: Int64
    ) throws(RowCursor.Malformed) -> (Key?, Key?) {
        var cursor = RowCursor()
        guard try cursor.number(in: row) == version else { throw RowCursor.Malformed() }
        let newestCount = try cursor.number(UInt8.self, in: row)
        guard newestCount <= 1 else { throw RowCursor.Malformed() }
        var kept: (Key?, Key?)
        func keep(_ key: Key) {
            if key.fingerprint == newest || key.displacedAt <= now - SessionKeyHistory.displacedMilliseconds { return }
            if kept.0 == nil {
                kept.0 = key
            } else if kept.1 == nil {
                kept.1 = key
            }
        }
        if newestCount == 1 { keep(try Key(&cursor, in: row, isNewest: true, now: now)) }
        for _ in 0..<(try cursor.number(UInt8.self, in: row)) {
            keep(try Key(&cursor, in: row, isNewest: false, now: now))
        }
        try cursor.finish(in: row)
        return kept
    }
}
