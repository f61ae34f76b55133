/// The addresses from which an app's secret may be used: single addresses, `a.b.c.*` or CIDR, ten at most.
///
/// Source: WeChat's IP whitelist page. Entries are IPv4; a client that connects by IPv6 matches only an entry that is
/// literally its address, because WeChat describes no IPv6 notation.
public struct IPWhiteList: Equatable, Sendable {
    /// As many entries as WeChat's console takes.
    public static let entriesMax = 10

    /// The entries as they were written.
    public let entries: [String]
    private let ranges: [Range]

    private struct Range: Equatable, Sendable {
        let network: UInt32
        let mask: UInt32
    }

    /// Returns nil when there are too many entries or one of them is not an address, a wildcard or a CIDR range.
    public init?(_ entries: [String]) {
        guard entries.count <= Self.entriesMax else { return nil }
        var ranges: [Range] = []
        for entry in entries where !Self.isIPv6(entry) {
            guard let range = Self.range(entry) else { return nil }
            ranges.append(range)
        }
        self.entries = entries
        self.ranges = ranges
    }

    /// Whether a client at this address may use the secret.
    func contains(_ ip: String) -> Bool {
        guard let address = Self.address(ip) else { return entries.contains(ip) }
        return ranges.contains { address & $0.mask == $0.network }
    }

    private static func isIPv6(_ entry: String) -> Bool {
        entry.utf8.count { $0 == UInt8(ascii: ":") } >= 2
            && entry.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }

    private static func range(_ entry: String) -> Range? {
        if entry.hasSuffix(".*") {
            return address(entry.dropLast() + "0").map { Range(network: $0, mask: 0xFFFF_FF00) }
        }
        let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = address(parts[0]), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return Range(network: address, mask: .max) }
        guard let bits = UInt32(parts[1]), bits <= 32 else { return nil }
        let mask = bits == 0 ? 0 : UInt32.max << (32 - bits)
        return Range(network: address & mask, mask: mask)
    }

    private static func address(_ text: some StringProtocol) -> UInt32? {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard octets.count == 4 else { return nil }
        var address: UInt32 = 0
        for octet in octets {
            guard let octet else { return nil }
            address = address << 8 | UInt32(octet)
        }
        return address
    }
}
