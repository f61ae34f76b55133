import HTTPServer

/// Where WeChat's API is: scheme, host, perhaps a port and a path in front of every endpoint's own.
struct UpstreamBase: Sendable, Hashable, CustomStringConvertible {
    /// Each failure may try the next one inside the same timeout, so a longer list is never walked to its end.
    static let countMax = 8

    let isPlainHTTP: Bool
    /// Lower case; an IPv6 address in brackets.
    let host: String
    /// Nil: the scheme's own.
    let port: UInt16?
    /// Empty, or begins with `/` and does not end with one.
    let path: String

    /// The base to which an endpoint's path is appended: `https://api.weixin.qq.com`.
    var description: String {
        "\(isPlainHTTP ? "http" : "https")://\(host)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    /// Whether requests stay on this machine.
    var isLoopback: Bool {
        if host == "localhost" { return true }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return ["127.0.0.0/8", "::1"].contains { AddressRange($0)?.contains(bare) ?? false }
    }

    /// Parses an absolute http or https URL without user name, query and fragment.
    init(_ text: String) throws(SettingFault) {
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw SettingFault("a space or a character outside ASCII")
        }
        guard let separator = text.firstRange(of: "://") else { throw SettingFault("no scheme") }
        switch text[..<separator.lowerBound].lowercased() {
        case "http": isPlainHTTP = true
        case "https": isPlainHTTP = false
        default: throw SettingFault("another scheme than http and https")
        }
        let rest = text[separator.upperBound...]
        guard !rest.contains("?"), !rest.contains("#") else { throw SettingFault("a query or a fragment") }
        guard !rest.contains("@") else { throw SettingFault("a user name") }
        let pathStart = rest.firstIndex(of: "/") ?? rest.endIndex
        (host, port) = try Self.parseAuthority(rest[..<pathStart])
        path = try Self.parsePath(rest[pathStart...])
    }

    /// Parses a list separated by commas, in order of preference.
    static func parseList(_ text: String) throws(SettingFault) -> [UpstreamBase] {
        var bases: [UpstreamBase] = []
        for (index, part) in text.split(separator: ",", omittingEmptySubsequences: false).enumerated() {
            do throws(SettingFault) {
                let base = try UpstreamBase(String(part))
                guard !bases.contains(base) else { throw SettingFault("the same as an earlier one") }
                bases.append(base)
            } catch {
                throw SettingFault("base \(index + 1): \(error.detail)")
            }
        }
        guard bases.count <= countMax else { throw SettingFault("\(bases.count) bases") }
        return bases
    }

    private static func parseAuthority(_ text: Substring) throws(SettingFault) -> (host: String, port: UInt16?) {
        var host = text
        var port: UInt16?
        if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
            host = text[..<colon]
            guard let number = DecimalNumber.parse(text[text.index(after: colon)...]), number > 0,
                let number = UInt16(exactly: number)
            else { throw SettingFault("not a port") }
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            guard address.contains(":"), AddressRange.Address(String(address)) != nil else {
                throw SettingFault("not an IPv6 address in the brackets")
            }
        } else if !isName(host) {
            throw SettingFault("not a host")
        }
        return (host.lowercased(), port)
    }

    /// RFC 1123 section 2.1; a name whose last label is a number must be an IPv4 address.
    private static func isName(_ host: Substring) -> Bool {
        guard (1...253).contains(host.utf8.count) else { return false }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
        let endsInNumber = labels.last.map { DecimalNumber.parse($0) != nil } ?? false
        return areLabels && (!endsInNumber || AddressRange.Address(String(host)) != nil)
    }

    private static func parsePath(_ text: Substring) throws(SettingFault) -> String {
        let path = text.hasSuffix("/") ? text.dropLast() : text
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let areSegments = segments.allSatisfy { segment in
            !segment.isEmpty && segment != "." && segment != ".."
                && segment.utf8.allSatisfy { isAlphanumeric($0) || "-._~".utf8.contains($0) }
        }
        guard areSegments else { throw SettingFault("a path that is not plain") }
        return String(path)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
