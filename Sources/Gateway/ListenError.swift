public import UV

/// An address of the gateway cannot be listened on.
public struct ListenError: Error, CustomStringConvertible {
    /// `127.0.0.1:8080` or `[::1]:8080`.
    public let address: String
    /// Why, for instance `EADDRINUSE`.
    public let reason: UVError

    init(host: String, port: UInt16, reason: UVError) {
        address = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        self.reason = reason
    }

    /// One line for a log.
    public var description: String { "cannot listen on \(address): \(reason)" }
}
