/// The access_tokens of all apps: which one is current, and what became of the others (facts sheet 2, 3 and 13.2).
///
/// The tokens of `/cgi-bin/token` and of `/cgi-bin/stable_token` know nothing of each other.
struct AccessTokenBook: Sendable {
    enum Verdict: Equatable, Sendable {
        case valid
        /// Replaced by a newer one and its time of grace is over, or killed.
        case superseded
        case expired
        case unknown
    }

    struct Issued: Equatable, Sendable {
        let token: String
        /// Whole seconds until its natural end.
        let expiresIn: Int
    }

    /// How long a token that was replaced still works; also the last part of a stable token's life, in which a call
    /// replaces it.
    static let overlap: Duration = .seconds(300)
    /// How long a dead token is remembered, so that a client is told why it is dead.
    static let memory: Duration = .seconds(86_400)
    /// How many tokens of one app and kind are remembered: some days of the usual quota. Quotas and lifetimes can be set
    /// such that time alone would not bound them.
    static let keptMax = 10_000

    private struct Owner: Hashable, Sendable {
        let appid: String
        let kind: AccessTokenKind
    }

    private struct Record: Sendable {
        let owner: Owner
        let expiresAt: UnixTime
        /// Set when a newer one is issued.
        var worksUntil: UnixTime?
        /// Set when WeChat kills it out of turn.
        var killedAt: UnixTime?

        var end: UnixTime { killedAt ?? worksUntil ?? expiresAt }
    }

    private var records: [String: Record] = [:]
    /// The tokens of each owner, the current one last.
    private var issued: [Owner: [String]] = [:]

    /// The app that a token was issued to; nil when it is unknown.
    func appid(of token: String) -> String? {
        records[token]?.owner.appid
    }

    /// What a business endpoint thinks of a token.
    func judge(_ token: String, at now: UnixTime) -> Verdict {
        guard let record = records[token] else { return .unknown }
        if now < record.end { return .valid }
        return record.worksUntil == nil && record.killedAt == nil ? .expired : .superseded
    }

    /// A new token, whatever there was before.
    ///
    /// - Parameters:
    ///   - lifetime: how long the new one lives.
    ///   - overlap: how long its predecessor still works.
    mutating func issue(
        _ kind: AccessTokenKind,
        appid: String,
        lifetime: Duration,
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
        records[token] = Record(owner: owner, expiresAt: now + lifetime)
        issued[owner, default: []].append(token)
        return Issued(token: token, expiresIn: Self.wholeSeconds(lifetime))
    }

    /// The stable token that a call gets again: the current one, killed or not, until its last 300 seconds.
    func repeatable(appid: String, at now: UnixTime) -> Issued? {
        guard let token = issued[Owner(appid: appid, kind: .stable)]?.last, let record = records[token] else {
            return nil
        }
        let rest = record.expiresAt - now
        return rest > Self.overlap ? Issued(token: token, expiresIn: Self.wholeSeconds(rest)) : nil
    }

    /// Ends all tokens of the app and kind but the current one, at once.
    mutating func endPredecessors(of kind: AccessTokenKind, appid: String, at now: UnixTime) {
        for token in issued[Owner(appid: appid, kind: kind)]?.dropLast() ?? [] {
            if let record = records[token], now < record.end { records[token]?.worksUntil = now }
        }
    }

    /// Kills the current token, which stays the current one. Returns false when there is none that lives.
    mutating func killCurrent(_ kind: AccessTokenKind, appid: String, at now: UnixTime) -> Bool {
        guard let token = issued[Owner(appid: appid, kind: kind)]?.last, let record = records[token], now < record.end
        else { return false }
        records[token]?.killedAt = now
        return true
    }

    /// How the tokens of the app and kind stand.
    func status(_ kind: AccessTokenKind, appid: String, at now: UnixTime) -> AccessTokenStatus {
        let tokens = issued[Owner(appid: appid, kind: kind)] ?? []
        let rest = tokens.last.flatMap { records[$0] }.map { $0.expiresAt - now } ?? .zero
        return AccessTokenStatus(
            token: rest > .zero ? tokens.last : nil,
            expiresIn: max(0, Self.wholeSeconds(rest)),
            works: tokens.last.map { judge($0, at: now) == .valid } ?? false,
            working: tokens.count { judge($0, at: now) == .valid }
        )
    }

    private mutating func forgetDead(of owner: Owner, at now: UnixTime) {
        guard let tokens = issued[owner] else { return }
        // In the order of issue, which is nearly that of death.
        let dead = tokens.prefix { token in records[token].map { now - $0.end > Self.memory } ?? true }
        let count = max(dead.count, tokens.count - Self.keptMax + 1)
        for token in tokens.prefix(count) { records[token] = nil }
        issued[owner]?.removeFirst(count)
    }

    private static func wholeSeconds(_ duration: Duration) -> Int {
        Int(duration.milliseconds / 1000)
    }
}
