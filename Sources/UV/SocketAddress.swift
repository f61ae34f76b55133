internal import CLibuv
internal import Glibc

/// Where to connect to, or from: a numeric IPv4 or IPv6 address and a port.
public struct SocketAddress: Hashable, Sendable, CustomStringConvertible {
    /// The port; 0 stands for any, which only makes sense for the local end.
    public let port: UInt16
    private let host: Host

    /// The address itself, in the order of the network.
    private enum Host: Hashable {
        case v4(UInt32)
        case v6(UInt32, UInt32, UInt32, UInt32, scope: UInt32)
    }

    /// Parses a numeric address; names are for ``NameResolver``.
    ///
    /// - Parameter ip: such as `127.0.0.1`, `::1` or `fe80::1%eth0`, without brackets.
    /// - Throws: `EINVAL` for anything else.
    public init(ip: String, port: UInt16) throws(UVError) {
        // C would stop at a zero byte and take what comes before it for the whole.
        guard !ip.utf8.contains(0) else { throw UVError(code: UV_EINVAL.rawValue) }
        if ip.utf8.contains(UInt8(ascii: ":")) {
            var address = sockaddr_in6()
            try check(unsafe uv_ip6_addr(ip, Int32(port), &address))
            self.init(address)
        } else {
            var address = sockaddr_in()
            try check(unsafe uv_ip4_addr(ip, Int32(port), &address))
            self.init(address)
        }
    }

    /// Reads what the system gives; nil for another family.
    init?(_ pointer: UnsafePointer<sockaddr>) {
        let raw = unsafe UnsafeRawPointer(pointer)
        switch unsafe Int32(pointer.pointee.sa_family) {
        case AF_INET: self.init(unsafe raw.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: self.init(unsafe raw.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
    }

    private init(_ address: sockaddr_in) {
        port = UInt16(bigEndian: address.sin_port)
        host = .v4(address.sin_addr.s_addr)
    }

    private init(_ address: sockaddr_in6) {
        port = UInt16(bigEndian: address.sin6_port)
        let words = unsafe address.sin6_addr.__in6_u.__u6_addr32
        host = .v6(words.0, words.1, words.2, words.3, scope: address.sin6_scope_id)
    }

    /// The same address with another port.
    public func with(port: UInt16) -> SocketAddress { SocketAddress(host: host, port: port) }

    private init(host: Host, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// The address as text without port or brackets, as of a peer.
    public var ip: String { peer.ip }

    /// `ip:port`, with brackets around IPv6.
    public var description: String { peer.description }

    /// `AF_INET` or `AF_INET6`.
    var family: Int32 {
        switch host {
        case .v4: AF_INET
        case .v6: AF_INET6
        }
    }

    /// The address as the other end of a connection tells it.
    var peer: PeerAddress {
        var storage = sockaddr_storage()
        unsafe withSystemAddress { address, length in
            unsafe withUnsafeMutableBytes(of: &storage) { storage in
                unsafe storage.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
            }
        }
        return PeerAddress(storage)
    }

    /// Lends the address in the system's form, with its length.
    func withSystemAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        switch host {
        case .v4(let bytes):
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = bytes
            return unsafe Self.lend(&address, body)
        case .v6(let first, let second, let third, let fourth, let scope):
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            unsafe address.sin6_addr.__in6_u.__u6_addr32 = (first, second, third, fourth)
            address.sin6_scope_id = scope
            return unsafe Self.lend(&address, body)
        }
    }

    private static func lend<Address, Result>(
        _ address: inout Address,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        unsafe withUnsafePointer(to: &address) { pointer in
            let system = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return unsafe body(system, socklen_t(MemoryLayout<Address>.size))
        }
    }
}
