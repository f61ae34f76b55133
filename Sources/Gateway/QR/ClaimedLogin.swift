/// The login that a browser has claimed: what its reply says, and the token for its cookie.
struct ClaimedLogin: Sendable {
    let token: BearerToken
    /// Seconds, counted from the first reply.
    let expiresIn: Int
    /// The login reply of contract section 3, as JSON.
    let reply: [UInt8]
}

/// How a claimed login lies, sealed, in its ticket for the 15 s in which it is told again.
extension ClaimedLogin {
    /// Another layout gets another number.
    private static let version: UInt8 = 1

    /// Everything.
    func encoded() -> [UInt8] {
        // Version, lifetime and two lengths are less.
        RowWriter.bytes(countMax: reply.count + token.string.utf8.count + 32) { row in
            row.put(Self.version)
            row.put(token.string)
            row.put(Int64(expiresIn))
            row.put(SealedRecord(bytes: reply))
        }
    }

    /// What ``encoded()`` wrote; nil for anything else.
    init?(encoded bytes: [UInt8]) {
        do throws(RowReader.Malformed) {
            var row = RowReader(bytes)
            guard try row.number(UInt8.self) == Self.version else { return nil }
            token = BearerToken(try row.text())
            guard let seconds = Int(exactly: try row.time()) else { return nil }
            expiresIn = seconds
            reply = try row.record().bytes
            try row.finish()
        } catch {
            return nil
        }
    }
}
