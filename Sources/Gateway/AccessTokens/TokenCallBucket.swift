/// Bounds the calls of the token endpoint, so that no failure and no war over a token uses up WeChat's 2,000 a day.
struct TokenCallBucket: Equatable, Sendable {
    /// Calls that may be made at once after a quiet hour.
    static let capacity = 60
    /// One more each minute: 1,440 a day, and `capacity` on top.
    static let millisecondsPerCall: Int64 = 60_000

    /// Calls that may be made at `countedAt`.
    var level = TokenCallBucket.capacity
    /// Unix milliseconds.
    var countedAt: Int64 = 0
}
