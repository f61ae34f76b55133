/// The access_tokens of all apps: which one is current, and what became of the others (facts sheet 2, 3 and 13.2).
///
/// The tokens of `/cgi-bin/token` and of `/cgi-bin/stable_token` know nothing of each other.
struct AccessTokenBook: Sendable {
    /// Which endpoint issued a token.
    enum Kind: Hashable, Sendable {
        case plain
        case stable
    }

    enum Verdict: Equatable, Sendable {
        case valid(appid: String)
        /// Replaced by a newer one, and its time of grace is over.
        case superseded
        case expired
        case unknown
    }

    struct Issued: Equatable, Sendable {
        let token: String
        /// Whole seconds until its natural end.
        let expiresIn: Int
    }

    static let lifetime: Duration = .seconds(7200)
    /// How long a token that was replaced still works; also the last part of a stable token's life, in which a call
    /// replaces it.
    static let overlap: Duration = .seconds(300)
    /// How long a dead token is remembered, so that a client is told why it is dead.
    static let memory: Duration = .seconds(86_400)

    private struct Owner: Hashable, Sendable {
        let appid: String
        let kind: Kind
    }

    private struct Record: Sendable {
        let owner: Owner
        let expiresAt: UnixTime
        /// Set when a newer one is issued.
        var worksUntil: UnixTime?

        var end: UnixTime { worksUntil ?? expiresAt }
    }

    private var records: [String: Record] = [:]
    /// The tokens of each owner, the current one last.
    private var issued: [Owner: [String]] = [:]

    /// What a business endpoint thinks of a token.
    func judge(_ token: String, at now: UnixTime) -> Verdict {
        guard let record = records[token] else { return .unknown }
        if now < record.end { return .valid(appid: record.owner.appid) }
        return record.worksUntil == nil ? .expired : .superseded
    }

    /// A new token, whatever there was before.
    ///
    /// - Parameter overlap: how long its predecessor still works.
    mutating func issue(
        _ kind: Kind,
        appid: String,
        overlap: Duration = AccessTokenBook.overlap,
        at now: UnixTime,
        using generator: inout SeededGenerator
    ) -> Issued {
        let owner = Owner(appid: appid, kind: kind)
        forgetDead(of: owner, at: now)
        // One that has expired by itself stays expired.
        if let previous = issued[owner]?.last, let record = records[previous], now < record.end {
            records[previous]?.worksUntil = now + overlap
        }
        let token = Identifier.accessToken(using: &generator)
        records[token] = Record(owner: owner, expiresAt: now + Self.lifetime)
        issued[owner, default: []].append(token)
        return Issued(token: token, expiresIn: Int(Self.lifetime.milliseconds / 1000))
    }

    /// The stable token of the app: the current one until its last 300 seconds, then a new one.
    mutating func stableToken(
        appid: String,
        at now: UnixTime,
        using generator: inout SeededGenerator
    ) -> Issued {
        if let current = issued[Owner(appid: appid, kind: .stable)]?.last, let record = records[current] {
            let rest = record.expiresAt - now
            if rest > Self.overlap { return Issued(token: current, expiresIn: Int(rest.milliseconds / 1000)) }
        }
        return issue(.stable, appid: appid, at: now, using: &generator)
    }

    private mutating func forgetDead(of owner: Owner, at now: UnixTime) {
        guard let tokens = issued[owner] else { return }
        // In the order of issue, which is nearly that of death; the daily quotas bound how many there are.
        let dead = tokens.prefix { token in records[token].map { now - $0.end > Self.memory } ?? true }
        for token in dead { records[token] = nil }
        issued[owner]?.removeFirst(dead.count)
    }
}
