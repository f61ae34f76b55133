/// Which of WeChat's two kinds of access_token is kept.
public enum AccessTokenMode: String, CaseIterable, Sendable {
    /// `/cgi-bin/stable_token`: the same one for everybody until its last five minutes.
    case stable
    /// `/cgi-bin/token`: each call ends the one before.
    case legacy
}

/// How access_tokens are kept (contract section 7, WXGATE_ACCESS_TOKEN_…).
public struct AccessTokenPolicy: Equatable, Sendable {
    /// The kind of token.
    public var mode = AccessTokenMode.stable
    /// Seconds before the end at which a token is renewed: 60 to 3600.
    public var aheadSeconds = 600
    /// Milliseconds between two looks at the wall clock, by which tokens end, at least 1. It may be set, and a loop's own
    /// clock stands still while the computer sleeps, so no timer runs for hours. Less only in tests, whose clock jumps.
    var clockLookMilliseconds: Int64 = 1_000

    /// The defaults of the contract.
    public init() {}
}
