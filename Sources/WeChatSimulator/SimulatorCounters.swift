/// What a simulator counted since it started or since its counters were reset.
public struct SimulatorCounters: Equatable, Sendable {
    /// The requests to one endpoint.
    public struct Endpoint: Equatable, Sendable {
        /// All requests, those without a reply included.
        public var total = 0
        /// What the rules decided, by errcode; 0 is success. A fault that replaces the reply leaves no trace here, unless
        /// it is an errcode itself.
        public var errcodes: [Int: Int] = [:]
    }

    /// Requests by path; paths that WeChat does not have count as `other`.
    public var requests: [String: Endpoint] = [:]
    /// Codes that were exchanged successfully.
    public var exchanges = 0
    /// Codes that were minted.
    public var codesMinted = 0
    /// Codes that are remembered at this moment, used ones included.
    public var codesKept = 0
    /// Users that exist at this moment.
    public var users = 0
    /// Faults done to requests, by name.
    public var faults: [String: Int] = [:]
    /// What happened to access_tokens.
    public var accessTokens = AccessTokens()
}
