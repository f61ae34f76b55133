internal import HTTPServer

/// By what limits count an address: the address itself, of IPv6 its /64, which is one subscriber's.
struct AddressKey: Hashable, Sendable {
    /// Nil: no address at all, which all such share.
    private let network: AddressRange.Address?

    /// Takes an address as text; IPv4 written as IPv6 is the IPv4 address.
    init(_ address: String) {
        network = AddressRange.Address(address).map { $0.isIPv4 ? $0 : $0.network }
    }
}
