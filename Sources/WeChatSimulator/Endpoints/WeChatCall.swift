/// One request to the WeChat side, reduced to what its rules look at.
struct WeChatCall: Sendable {
    var method = "GET"
    var path: String
    /// The raw query, still percent-encoded.
    var query: String?
    /// Whether the request said its length; WeChat refuses a POST that does not.
    var hasContentLength = false
    var body: [UInt8] = []
    /// The Host field, by which the client knows the simulator.
    var host: String?
    /// The client's address, without port.
    var clientIP = "127.0.0.1"
}
