public import HTTPClient
internal import WeChat

/// How WeChat is reached (contract section 7, WXGATE_WECHAT_… and WXGATE_UPSTREAM_…).
public struct UpstreamConfiguration: Sendable {
    /// Bases in order of preference, without a trailing slash.
    public var bases = ["https://api.weixin.qq.com", "https://api2.weixin.qq.com"]
    /// PEM bundle of trusted CAs; nil: the system's.
    public var caFile: String?
    /// Milliseconds of one call, connect and retries included.
    public var timeoutMilliseconds: UInt64 = 3_000
    /// Connections kept a loop.
    public var connectionsMax = 64
    /// Calls in flight a loop; as many more wait.
    public var inflightMax = 1_024

    /// What makes code exchanges; everything else goes over libcurl.
    public var exchangeClient = UpstreamClientKind.native

    /// The defaults of the contract.
    public init() {}

    /// The same for the client of WeChat's API.
    var client: WeChatClientConfiguration {
        var client = WeChatClientConfiguration(bases: bases)
        client.timeoutMilliseconds = timeoutMilliseconds
        client.transport.caFile = caFile
        client.transport.keptConnectionsMax = connectionsMax
        client.transport.inflightMax = inflightMax
        client.transport.waitingMax = inflightMax
        client.exchangeClient = exchangeClient
        return client
    }
}
