import HTTPServer

/// The addresses from which an app's secret may be used: single addresses, `a.b.c.*` or CIDR, ten at most.
///
/// Source: WeChat's IP whitelist page.
public struct IPWhiteList: Equatable, Sendable {
    /// As many entries as WeChat's console takes.
    public static let entriesMax = 10

    /// The entries as they were written.
    public let entries: [String]
    private let ranges: [AddressRange]

    /// Returns nil when there are too many entries or one of them is not an address, a wildcard or a CIDR range.
    public init?(_ entries: [String]) {
        guard entries.count <= Self.entriesMax else { return nil }
        var ranges: [AddressRange] = []
        for entry in entries {
            let notation = entry.hasSuffix(".*") ? entry.dropLast() + "0/24" : entry
            guard let range = AddressRange(notation) else { return nil }
            ranges.append(range)
        }
        self.entries = entries
        self.ranges = ranges
    }

    /// Whether a client at this address may use the secret.
    func contains(_ ip: String) -> Bool {
        ranges.contains { $0.contains(ip) }
    }
}
