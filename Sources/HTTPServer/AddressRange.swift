import Glibc

/// A block of IP addresses such as `10.0.0.0/8`, `2001:db8::/32` or a single address.
///
/// IPv4 written as IPv6 (`::ffff:10.1.2.3`, as a dual-stack socket reports its peers) counts as the IPv4 address, so one
/// range covers both forms. An IPv6 range never holds an IPv4 address: trusting `::/0` does not trust all of IPv4.
public struct AddressRange: Sendable, Hashable {
    /// One IP address in binary form, for callers that compare the same address with many ranges.
    public struct Address: Sendable, Hashable {
        /// Network byte order; IPv4 has the prefix `::ffff:0:0/96` here.
        fileprivate let high: UInt64
        fileprivate let low: UInt64

        /// Whether the address is IPv4, also when it was written as IPv4-mapped IPv6.
        public var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

        /// Parses `192.0.2.1` or `2001:db8::1`; nil for anything else (names, brackets, ports, zones, spaces).
        public init?(_ text: String) {
            // A NUL would end the C string early and let what follows it pass unseen.
            guard !text.utf8.contains(0) else { return nil }
            var v4 = in_addr()
            if unsafe inet_pton(AF_INET, text, &v4) == 1 {
                self.init(high: 0, low: 0xffff_0000_0000 | UInt64(UInt32(bigEndian: v4.s_addr)))
                return
            }
            var v6 = in6_addr()
            guard unsafe inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
            let words = unsafe withUnsafeBytes(of: &v6) { bytes in
                (unsafe bytes.load(as: UInt64.self), unsafe bytes.load(fromByteOffset: 8, as: UInt64.self))
            }
            self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1))
        }

        /// The network of an IPv6 address: its first 64 bits, behind which a client has all addresses (RFC 4291 section
        /// 2.5.4). Meaningless for IPv4.
        public var network: Address { prefix(64) }

        fileprivate init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }

        /// The address with all but the first `length` of its 128 bits cleared.
        fileprivate func prefix(_ length: Int) -> Address {
            // Smart shifts: a shift by 64 or more gives zero, which is what an empty mask is.
            Address(
                high: high & ~(UInt64.max >> UInt64(min(length, 64))),
                low: low & ~(UInt64.max >> UInt64(max(length - 64, 0)))
            )
        }
    }

    private let first: Address
    /// Of 128 bits, for IPv4 too.
    private let prefixLength: Int

    /// Parses an address or CIDR block; nil when it is neither.
    ///
    /// The prefix length is 0 to 32 for IPv4 and 0 to 128 for IPv6, in plain digits. Address bits below it are ignored, as
    /// in `10.1.2.3/8`.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Address(String(parts[0])) else { return nil }
        // The dotted form counts its length from the start of the IPv4 address, the mapped form from the IPv6 one's.
        let isDotted = address.isIPv4 && !parts[0].contains(":")
        var length = isDotted ? 32 : 128
        if parts.count == 2 {
            guard let given = Self.parseLength(parts[1]), given <= length else { return nil }
            length = given
        }
        prefixLength = isDotted ? 96 + length : length
        first = address.prefix(prefixLength)
    }

    /// Whether `address` lies in the range.
    public func contains(_ address: Address) -> Bool {
        address.isIPv4 == isIPv4 && address.prefix(prefixLength) == first
    }

    /// Whether `address` is an IP address and lies in the range; false for anything that is no address.
    public func contains(_ address: String) -> Bool {
        Address(address).map { contains($0) } ?? false
    }

    /// Whether the range is a part of IPv4.
    public var isIPv4: Bool { prefixLength >= 96 && first.isIPv4 }

    /// Whether every address of its family lies in the range (`0.0.0.0/0` or `::/0`).
    public var holdsWholeFamily: Bool { prefixLength == (isIPv4 ? 96 : 0) }

    /// Digits only, no sign, no leading zero: `/08` reads as octal to some and as 8 to others.
    private static func parseLength(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            text == "0" || !text.hasPrefix("0")
        else { return nil }
        return Int(text)
    }
}

extension AddressRange: CustomStringConvertible {
    /// The range with its lower bits cleared, `10.0.0.0/8`; a single address without a length.
    public var description: String {
        let length = isIPv4 ? prefixLength - 96 : prefixLength
        return prefixLength == 128 ? first.description : "\(first)/\(length)"
    }
}

extension AddressRange.Address: CustomStringConvertible {
    /// The address in its usual text form (RFC 5952 for IPv6, dotted for IPv4).
    public var description: String {
        if isIPv4 {
            return (0..<4).map { String(low >> (24 - 8 * UInt64($0)) & 0xff) }.joined(separator: ".")
        }
        var address = in6_addr()
        unsafe withUnsafeMutableBytes(of: &address) { bytes in
            unsafe bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(AF_INET6, &address, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
