internal import CLibuv
internal import Glibc

/// Makes the bound, not yet listening sockets of a TCP server.
///
/// libuv 1.44 has no flag for `SO_REUSEPORT`, so the socket is made here and handed over with `uv_tcp_open`.
enum ListeningSocket {
    /// A bound socket and the port it got, which matters when port 0 was asked for.
    struct Bound {
        var descriptor: Int32
        var port: UInt16
    }

    /// Binds a non-blocking, close-on-exec socket; the caller owns the descriptor.
    static func bind(host: String, port: UInt16, reusePort: Bool) throws(UVError) -> Bound {
        var address = try parse(host: host, port: port)
        let family = Int32(address.ss_family)
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, kind, 0)
        if descriptor < 0 { throw UVError(errno: errno) }
        setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if reusePort { setOption(descriptor, SOL_SOCKET, SO_REUSEPORT, 1) }
        // `[::]` means every address, as the contract says of WXGATE_LISTEN, so IPv4 is taken along.
        if family == AF_INET6 { setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 0) }
        let length = socklen_t(
            family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        )
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe Glibc.bind(
                descriptor,
                UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                length
            )
        }
        if status < 0 {
            let error = UVError(errno: errno)
            Glibc.close(descriptor)
            throw error
        }
        return Bound(descriptor: descriptor, port: boundPort(of: descriptor))
    }

    /// Parses a numeric IPv4 or IPv6 address; names are not resolved here.
    private static func parse(host: String, port: UInt16) throws(UVError) -> sockaddr_storage {
        var storage = sockaddr_storage()
        let status = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            if host.utf8.contains(UInt8(ascii: ":")) {
                return unsafe uv_ip6_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in6.self))
            }
            return unsafe uv_ip4_addr(host, Int32(port), raw.assumingMemoryBound(to: sockaddr_in.self))
        }
        try check(status)
        return storage
    }

    private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func boundPort(of descriptor: Int32) -> UInt16 {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe getsockname(
                descriptor,
                UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                &length
            )
        }
        return PeerAddress(storage).port
    }
}
