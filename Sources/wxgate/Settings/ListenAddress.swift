import HTTPServer

/// An address to listen on: an IP address and a port.
struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without brackets.
    let host: String
    /// 0: any free port.
    let port: UInt16

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Parses `192.0.2.1:8080` or `[2001:db8::1]:8080`. Names are refused: what they mean can differ from start to start.
    init(_ text: String) throws(SettingFault) {
        guard let colon = text.lastIndex(of: ":") else { throw SettingFault("no port") }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let address = AddressRange.Address(String(host)) else { throw SettingFault("not an IP address") }
        guard host.contains(":") == isBracketed else {
            throw SettingFault(isBracketed ? "brackets are for IPv6" : "an IPv6 address needs brackets")
        }
        guard let port = DecimalNumber.parse(text[text.index(after: colon)...]), let port = UInt16(exactly: port) else {
            throw SettingFault("not a port")
        }
        self.host = isBracketed ? String(host) : address.description
        self.port = port
    }

    /// Whether only this machine can reach it.
    var isLoopback: Bool { ["127.0.0.0/8", "::1"].contains { AddressRange($0)?.contains(host) ?? false } }

    /// Whether some connection could come to either of two listeners; port 0 is another one each time.
    func overlaps(_ other: ListenAddress) -> Bool {
        guard port == other.port, port != 0 else { return false }
        let all = ["0.0.0.0", "::"].compactMap(AddressRange.Address.init)
        let (own, others) = (AddressRange.Address(host), AddressRange.Address(other.host))
        return own == others || [own, others].contains { $0.map(all.contains) ?? false }
    }

    /// The same host with the port that was really bound.
    init(_ asked: ListenAddress, port: UInt16) {
        host = asked.host
        self.port = port
    }
}
