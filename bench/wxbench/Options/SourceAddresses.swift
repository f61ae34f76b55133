import ArgumentParser

/// The addresses that connections come from, as people write them: `127.0.0.2-127.0.0.20`, or a list by commas.
struct SourceAddresses: Equatable, Sendable, ExpressibleByArgument {
    /// One address has 28,000 ports to offer; nobody opens hundreds of millions of connections.
    static let countMax = 10_000

    let addresses: [String]

    init?(argument text: String) {
        var addresses: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            switch ends.count {
            case 1 where part.contains(":"):
                addresses.append(String(part))
            case 1, 2:
                guard let first = Self.number(ends[0]), let last = Self.number(ends[ends.count - 1]), first <= last,
                    Int(last - first) < Self.countMax
                else { return nil }
                for number in first...last { addresses.append(Self.text(number)) }
            default: return nil
            }
            guard addresses.count <= Self.countMax else { return nil }
        }
        guard !addresses.isEmpty else { return nil }
        self.addresses = addresses
    }

    private static func number(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard let byte = UInt8(part), !part.hasPrefix("+") else { return nil }
            number = number << 8 | UInt32(byte)
        }
        return number
    }

    private static func text(_ number: UInt32) -> String {
        [24, 16, 8, 0].map { String(number >> $0 & 255) }.joined(separator: ".")
    }
}
