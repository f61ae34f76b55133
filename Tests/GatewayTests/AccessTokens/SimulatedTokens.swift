@testable import Gateway

/// WeChat's rules for the access_tokens of one app (wechat-api.md sections 2 and 3), on simulated time in milliseconds.
///
/// Tokens are numbers. Strict where the documents leave a choice: a replaced token never outlives its natural end, and a
/// forced refresh counts in any 24 hours.
struct SimulatedTokens {
    static let life: Int64 = 7_200_000
    static let overlap: Int64 = 300_000

    private struct Issued {
        let end: Int64
        var worksUntil: Int64
    }

    private var issued: [Issued] = []
    /// All forced refreshes, also those of others.
    private var forced: [Int64] = []

    func isValid(_ token: Int, at now: Int64) -> Bool { issued[token].worksUntil > now }

    func naturalEnd(of token: Int) -> Int64 { issued[token].end }

    /// A call of the token endpoint without force: the token and its seconds.
    mutating func plain(_ mode: AccessTokenMode, at now: Int64) -> (token: Int, expiresIn: Int) {
        if mode == .stable, let last = issued.last, last.end - now > Self.overlap {
            return (issued.count - 1, Int((last.end - now) / 1000))
        }
        return issue(at: now, overlap: Self.overlap)
    }

    /// A forced refresh; nil: the day's are used up. One that comes too soon does not refresh.
    mutating func force(at now: Int64) -> (token: Int, expiresIn: Int)? {
        if let last = forced.last, now - last < 30_000 { return plain(.stable, at: now) }
        while let first = forced.first, first <= now - 86_400_000 { forced.removeFirst() }
        guard forced.count < 20 else { return nil }
        forced.append(now)
        return issue(at: now, overlap: 0)
    }

    /// The current token dies, and WeChat does not notice: a call without force still hands it out.
    mutating func kill(at now: Int64) {
        guard !issued.isEmpty else { return }
        issued[issued.count - 1].worksUntil = min(now, issued[issued.count - 1].worksUntil)
    }

    private mutating func issue(at now: Int64, overlap: Int64) -> (token: Int, expiresIn: Int) {
        if !issued.isEmpty {
            issued[issued.count - 1].worksUntil = min(now + overlap, issued[issued.count - 1].worksUntil)
        }
        issued.append(Issued(end: now + Self.life, worksUntil: now + Self.life))
        return (issued.count - 1, Int(Self.life / 1000))
    }
}
