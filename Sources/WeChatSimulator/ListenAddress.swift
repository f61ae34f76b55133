import HTTPServer

/// Where to listen, as it stands on a command line: `127.0.0.1:8090`, `[::1]:8090`, `:8090` or `8090`.
public struct ListenAddress: Equatable, Sendable, CustomStringConvertible {
    /// A numeric address, without brackets; loopback when none is given.
    public var host: String
    /// 0 for any free port.
    public var port: UInt16

    /// Where the simulator listens when nobody says otherwise.
    public static let `default` = ListenAddress(host: "127.0.0.1", port: 8090)

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Returns nil for anything else, a host name for instance.
    public init?(_ text: String) {
        let separator = text.lastIndex(of: ":")
        let port = separator.map { text[text.index(after: $0)...] } ?? text[...]
        var host = separator.map { text[..<$0] } ?? ""
        guard let number = UInt16(port), port.allSatisfy(\.isNumber) else { return nil }
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard host.isEmpty || AddressRange.Address(String(host)) != nil else { return nil }
        guard isBracketed == host.contains(":") else { return nil }
        self.host = host.isEmpty ? "127.0.0.1" : String(host)
        self.port = number
    }

    /// Host and port as they stand in a URL.
    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
