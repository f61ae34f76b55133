extension SimulatorCounters {
    /// What happened to access_tokens. All but `rivalFetches` counts only who called WeChat's own paths.
    public struct AccessTokens: Equatable, Sendable {
        /// New tokens, forced ones included.
        public var issued: [AccessTokenKind: Int] = [:]
        /// Calls of stable_token that got the token that was there.
        public var sameAgain = 0
        /// Forced refreshes that made a new token.
        public var forcedGranted = 0
        /// Forced refreshes less than 30 seconds after the last one, refused or not.
        public var forcedTooSoon = 0
        /// Forced refreshes above the daily limit.
        public var forcedExhausted = 0
        /// Fetches of another system of the same owner that got a token, new or not.
        public var rivalFetches = 0
        /// Business calls whose token was refused, by errcode; those that a fault plan refuses are not among them.
        public var refused: [Int: Int] = [:]

        mutating func count(_ forced: AccessTokenQuotas.Forced) {
            switch forced {
            case .granted: forcedGranted += 1
            case .tooSoon: forcedTooSoon += 1
            case .exhausted: forcedExhausted += 1
            }
        }
    }
}
