internal import Glibc

/// The host that a client means to talk to, as it is compared with a certificate (RFC 9525 section 6.1).
enum ReferenceIdentity: Equatable {
    /// A DNS name in ASCII, without a dot at its end.
    case name(String)
    /// A numeric IPv4 or IPv6 address.
    case address(String)

    /// The longest name that DNS has (RFC 1035 section 2.3.4).
    private static let nameBytesMax = 253

    /// Reads the host of a URL, IPv6 without its brackets; nil for what is neither a name nor an address.
    ///
    /// Strict, because libcrypto is not: it takes an empty name for "compare nothing", and one that begins with a dot for
    /// every name below it (X509_check_host(3)).
    init?(_ host: String) {
        if ReferenceIdentity.isAddress(host) {
            self = .address(host)
            return
        }
        // The dot at the end of a name says that it is complete; certificates do not have it (RFC 9525 section 6.3).
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard name.utf8.count <= Self.nameBytesMax,
            labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ReferenceIdentity.isLabelCharacter) })
        else { return nil }
        self = .name(name)
    }

    private static func isLabelCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isAddress(_ host: String) -> Bool {
        guard !host.utf8.contains(0) else { return false }
        var room = in6_addr()
        return unsafe inet_pton(AF_INET, host, &room) == 1 || inet_pton(AF_INET6, host, &room) == 1
    }
}
