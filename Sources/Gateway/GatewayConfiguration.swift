public import HTTPServer

/// Everything that an operator decides, checked already (contract section 7).
public struct GatewayConfiguration: Sendable {
    /// The version of the program, for `wxgate_build_info`.
    public var version = "unknown"
    /// Event-loop threads; as many as cores is the use of it all.
    public var loops = 1
    /// Address, limits and timeouts of the public listener.
    public var server = ServerConfiguration()
    /// The operator's listener.
    public var admin = AdminConfiguration()
    /// Client connections over all loops.
    public var connectionsMax = 100_000
    /// The apps that are served, with distinct appids.
    public var apps: [App] = []
    /// How WeChat is reached.
    public var upstream = UpstreamConfiguration()
    /// How access_tokens are kept.
    public var accessTokens = AccessTokenPolicy()
    /// How long after an exchange its client may repeat the login; 0: not at all.
    public var codeReplayMilliseconds: Int64 = 10_000
    /// How long sessions live and how many a user may have.
    public var sessions = SessionPolicy()
    /// How web logins by scanning go.
    public var qr = QRPolicy()
    /// How browsers are dealt with.
    public var web = WebPolicy()
    /// Newest first: the first signs tokens, all verify them. Not empty.
    public var tokenKeys: [SigningKey]
    /// Newest first: the first encrypts what lies at rest, all decrypt. Not empty.
    public var dataKeys: [DataKey]
    /// Proxies whose X-Forwarded-For counts.
    public var trustedProxies: [AddressRange] = []
    /// Milliseconds that a stop may take.
    public var drainMilliseconds: UInt64 = 15_000

    /// The defaults of the contract, for the given keys.
    public init(tokenKeys: [SigningKey], dataKeys: [DataKey]) {
        self.tokenKeys = tokenKeys
        self.dataKeys = dataKeys
    }
}
