/// How the tokens of one kind stand, as nobody outside of WeChat can know it.
public struct AccessTokenStatus: Equatable, Sendable {
    /// The one that was issued last; absent before the first and after its natural end.
    public let token: String?
    /// Whole seconds until its natural end; 0 without one.
    public let expiresIn: Int
    /// Whether business calls accept it; false for one that was killed, which stable_token still hands out.
    public let works: Bool
    /// How many tokens of the kind business calls accept, those of others and in their time of grace included.
    public let working: Int
}

extension AccessTokenStatus: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The figures; never the token.
    public var description: String { "AccessTokenStatus(\(expiresIn) s left, works: \(works), working: \(working))" }
    /// The figures; never the token.
    public var debugDescription: String { description }
    /// Empty, so that a dump does not show the token.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// How all tokens of one app stand.
public struct AccessTokenOverview: Equatable, Sendable {
    /// Those of `/cgi-bin/token`.
    public let legacy: AccessTokenStatus
    /// Those of `/cgi-bin/stable_token`.
    public let stable: AccessTokenStatus
    /// Forced refreshes that were granted on this day of Beijing, to whomever.
    public let forcedToday: Int
}
