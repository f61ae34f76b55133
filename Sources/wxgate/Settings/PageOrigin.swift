import HTTPServer

/// The origin of web pages, written as browsers write it in an Origin field (RFC 6454 section 6.2), because there the
/// two compare byte by byte.
struct PageOrigin: Sendable, Hashable, CustomStringConvertible {
    /// All stand in the Content-Security-Policy of each login page.
    static let countMax = 64

    /// Lower case, without the scheme's own port.
    let description: String

    /// Parses `https://shop.example` or `http://localhost:3000`; upper case and the scheme's own port are put right.
    init(_ text: String) throws(SettingFault) {
        guard text != "null" else { throw SettingFault("null, which any page can be made to send") }
        guard !text.contains("*") else { throw SettingFault("a pattern; each origin has to be named") }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw SettingFault("a character outside ASCII; names in other scripts begin with xn-- in an origin")
        }
        let base = try UpstreamBase(text)
        // A lone slash too: whoever writes it takes this for the begin of a URL.
        let afterScheme = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? ""
        guard !afterScheme.contains("/") else { throw SettingFault("a path; an origin ends with the host or port") }
        let standardPort: UInt16 = base.isPlainHTTP ? 80 : 443
        let port = base.port.flatMap { $0 == standardPort ? nil : ":\($0)" } ?? ""
        description = "\(base.isPlainHTTP ? "http" : "https")://\(try Self.canonical(base.host))\(port)"
    }

    static func parseList(_ text: String) throws(SettingFault) -> [PageOrigin] {
        var origins: [PageOrigin] = []
        for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
            do throws(SettingFault) {
                let origin = try PageOrigin(String(part))
                guard !origins.contains(origin) else { throw SettingFault("the same as an earlier one") }
                origins.append(origin)
            } catch {
                throw SettingFault("origin \(index + 1): \(error.detail)")
            }
        }
        guard origins.count <= countMax else { throw SettingFault("\(origins.count) origins") }
        return origins
    }

    /// Browsers write an IPv6 address in its shortest form (RFC 5952).
    private static func canonical(_ host: String) throws(SettingFault) -> String {
        guard host.hasPrefix("["), let address = AddressRange.Address(String(host.dropFirst().dropLast())) else {
            return host
        }
        guard !address.isIPv4 else { throw SettingFault("an IPv4 address written as IPv6") }
        return "[\(address)]"
    }
}
