/// The login codes that were issued within the last five minutes, and whether each was used.
///
/// A code that is too old is forgotten, used or not, so the memory is bounded by the rate of logins; WeChat does not say
/// what a used *and* expired code gives, and "unknown" is the plainer answer.
struct CodeBook: Sendable {
    /// A code is good for this long, this moment included.
    static let lifetime: Duration = .seconds(300)

    /// The most codes that are remembered at once: 3,000 logins a second for five minutes.
    static let codesMax = 1_000_000

    enum Entry: Equatable, Sendable {
        case issued(openid: String)
        case used(openid: String)

        var openid: String {
            switch self {
            case .issued(let openid), .used(let openid): openid
            }
        }
    }

    private struct Record: Sendable {
        let appid: String
        let issuedAt: UnixTime
        var entry: Entry
    }

    private var records: [String: Record] = [:]
    /// The codes in the order of issue, from `oldest` on. Time only moves forward, so this is also the order of expiry.
    private var order: [String] = []
    private var oldest = 0

    /// How many codes are remembered.
    var count: Int { records.count }

    /// Remembers a new code. Returns false when the book is full or the code is already in it.
    mutating func issue(_ code: String, appid: String, openid: String, at now: UnixTime) -> Bool {
        forgetExpired(at: now)
        guard records.count < Self.codesMax, records[code] == nil else { return false }
        records[code] = Record(appid: appid, issuedAt: now, entry: .issued(openid: openid))
        order.append(code)
        return true
    }

    /// What the app finds under the code now; nil when it is unknown, too old or another app's.
    mutating func look(up code: String, appid: String, at now: UnixTime) -> Entry? {
        forgetExpired(at: now)
        guard let record = records[code], record.appid == appid else { return nil }
        return record.entry
    }

    /// What anybody finds under the code, and its age.
    mutating func inspect(_ code: String, at now: UnixTime) -> (appid: String, entry: Entry, age: Duration)? {
        forgetExpired(at: now)
        return records[code].map { ($0.appid, $0.entry, now - $0.issuedAt) }
    }

    /// Marks an issued code as used.
    mutating func consume(_ code: String) {
        guard case .issued(let openid)? = records[code]?.entry else { return }
        records[code]?.entry = .used(openid: openid)
    }

    private mutating func forgetExpired(at now: UnixTime) {
        while oldest < order.count, let record = records[order[oldest]], now - record.issuedAt > Self.lifetime {
            records[order[oldest]] = nil
            oldest += 1
        }
        // The array is cut only when half of it is dead, which makes a forgotten code cost constant time.
        if oldest > 1024, oldest > order.count / 2 {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
