internal import CLibuv
internal import Glibc

/// The other end of a TCP connection.
public struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address as text without port or brackets; an IPv4 address mapped into IPv6 is given as IPv4.
    public let ip: String
    /// The port, 0 when unknown.
    public let port: UInt16

    /// Makes an address from its parts.
    public init(ip: String, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// `ip:port`, with brackets around IPv6.
    public var description: String {
        ip.utf8.contains(UInt8(ascii: ":")) ? "[\(ip)]:\(port)" : "\(ip):\(port)"
    }

    /// Reads a socket address; an unknown family gives an empty one.
    init(_ storage: sockaddr_storage) {
        var storage = storage
        // Room for the longest IPv6 text with a scope id.
        var text = [CChar](repeating: 0, count: 64)
        var port: UInt16 = 0
        unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            if unsafe Int32(pointer.pointee.ss_family) == AF_INET {
                let address = unsafe raw.assumingMemoryBound(to: sockaddr_in.self)
                unsafe uv_ip4_name(address, &text, text.count)
                port = unsafe UInt16(bigEndian: address.pointee.sin_port)
            } else if unsafe Int32(pointer.pointee.ss_family) == AF_INET6 {
                let address = unsafe raw.assumingMemoryBound(to: sockaddr_in6.self)
                unsafe uv_ip6_name(address, &text, text.count)
                port = unsafe UInt16(bigEndian: address.pointee.sin6_port)
            }
        }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let name = String(decoding: bytes, as: UTF8.self)
        let mapped = "::ffff:"
        let isMapped = name.hasPrefix(mapped) && name.utf8.contains(UInt8(ascii: "."))
        self.ip = isMapped ? String(name.dropFirst(mapped.count)) : name
        self.port = port
    }
}
