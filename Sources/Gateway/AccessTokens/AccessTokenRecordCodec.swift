internal import WeChat

/// What is kept of an app's access_token as bytes; they are sealed before a store sees them.
///
/// A row begins with the number of its form. A new form gets a new number.
enum AccessTokenRecordCodec {
    private static let version: UInt8 = 1
    /// Of everything but the token and the times of the budget: three codes, two counts, three times, a length and a
    /// level.
    private static let fixedBytesMax = 64
    private static let timeBytes = 8

    /// The row of a record.
    static func encode(_ record: AccessTokenRecord) -> [UInt8] {
        let tokenBytes = record.kept?.token.string.utf8.count ?? 0
        let countMax = fixedBytesMax + tokenBytes + record.budget.times.count * timeBytes
        return RowWriter.bytes(countMax: countMax) { row in
            row.put(version)
            row.put(UInt8(record.kept == nil ? 0 : 1))
            if let kept = record.kept {
                row.put(code(of: kept.mode))
                row.put(kept.obtainedAt)
                row.put(kept.expiresAt)
                row.put(kept.token.string)
            }
            row.put(record.deathFoundBy.map(code(of:)) ?? 0)
            row.put(UInt16(clamping: record.budget.times.count))
            for time in record.budget.times { row.put(time) }
            row.put(UInt16(clamping: record.calls.level))
            row.put(record.calls.countedAt)
        }
    }

    /// The record of a row; nil when it is none, or of a form that this version does not know.
    static func decode(_ bytes: [UInt8]) -> AccessTokenRecord? {
        do throws(RowReader.Malformed) {
            return try read(RowReader(bytes))
        } catch {
            return nil
        }
    }

    private static func read(_ row: consuming RowReader) throws(RowReader.Malformed) -> AccessTokenRecord {
        guard try row.number() == version else { throw RowReader.Malformed() }
        let keptCount = try row.number(UInt8.self)
        guard keptCount <= 1 else { throw RowReader.Malformed() }
        let kept = keptCount == 1 ? try kept(&row) : nil
        let death = try row.number(UInt8.self)
        let times = try row.list(count: Int(try row.number(UInt16.self)), minimumBytes: timeBytes) {
            row throws(RowReader.Malformed) in
            try row.time()
        }
        let level = Int(try row.number(UInt16.self))
        guard level <= TokenCallBucket.capacity else { throw RowReader.Malformed() }
        let calls = TokenCallBucket(level: level, countedAt: try row.time())
        try row.finish()
        return AccessTokenRecord(
            kept: kept,
            deathFoundBy: death == 0 ? nil : try user(death),
            budget: ForcedRefreshBudget(times: times),
            calls: calls
        )
    }

    private static func kept(_ row: inout RowReader) throws(RowReader.Malformed) -> KeptAccessToken {
        let mode = try mode(try row.number())
        let (obtainedAt, expiresAt) = (try row.time(), try row.time())
        guard let token = AccessToken(try row.text()) else { throw RowReader.Malformed() }
        return KeptAccessToken(token: token, mode: mode, obtainedAt: obtainedAt, expiresAt: expiresAt)
    }

    // MARK: - Numbers of names: what is written stays readable

    private static func code(of mode: AccessTokenMode) -> UInt8 {
        switch mode {
        case .stable: 1
        case .legacy: 2
        }
    }

    private static func mode(_ code: UInt8) throws(RowReader.Malformed) -> AccessTokenMode {
        switch code {
        case 1: return .stable
        case 2: return .legacy
        default: throw RowReader.Malformed()
        }
    }

    private static func code(of user: AccessTokenUser) -> UInt8 {
        switch user {
        case .ownCall: 1
        case .caller: 2
        }
    }

    private static func user(_ code: UInt8) throws(RowReader.Malformed) -> AccessTokenUser {
        switch code {
        case 1: return .ownCall
        case 2: return .caller
        default: throw RowReader.Malformed()
        }
    }
}
