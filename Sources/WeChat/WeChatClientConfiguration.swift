public import HTTPClient

/// Where WeChat is and how long a call may take.
public struct WeChatClientConfiguration: Sendable {
    /// Bases in order of preference, at least one: scheme, host, perhaps a port and a path, without a `/` at the end.
    public var bases: [String]
    /// Milliseconds for one call: connecting, every base and every retry together.
    public var timeoutMilliseconds: UInt64 = 3000
    /// Trust and limits of the connections.
    public var transport = ClientConfiguration()

    /// What makes code exchanges; everything else goes over libcurl.
    public var exchangeClient = UpstreamClientKind.native

    /// Takes the bases and the defaults.
    public init(bases: [String]) {
        self.bases = bases
    }
}
