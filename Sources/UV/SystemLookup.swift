internal import CLibuv
internal import Glibc

/// The system's own way from a name to its addresses: `getaddrinfo(3)`, with hosts file and name servers.
public enum SystemLookup {
    /// All addresses of a name, for port 0, in the order of the system (RFC 6724). Blocks; any thread.
    public static func addresses(of host: String) -> Result<[SocketAddress], UVError> {
        guard !host.isEmpty, !host.utf8.contains(0) else { return .failure(UVError(code: UV_EAI_NONAME.rawValue)) }
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        // Only families of which this machine has an address itself.
        unsafe hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(host, nil, &hints, &list)
        if status != 0 { return .failure(error(of: status, systemError: errno)) }
        defer { unsafe freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe entry.pointee.ai_addr.flatMap({ unsafe SocketAddress($0) }),
                !addresses.contains(address)
            {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(UVError(code: UV_EAI_NODATA.rawValue)) : .success(addresses)
    }

    /// The result of `getaddrinfo(3)` as libuv would tell it.
    static func error(of status: Int32, systemError: Int32) -> UVError {
        let code: uv_errno_t
        switch status {
        case EAI_AGAIN: code = UV_EAI_AGAIN
        case EAI_BADFLAGS: code = UV_EAI_BADFLAGS
        case EAI_FAIL: code = UV_EAI_FAIL
        case EAI_FAMILY: code = UV_EAI_FAMILY
        case EAI_MEMORY: code = UV_EAI_MEMORY
        case EAI_NONAME: code = UV_EAI_NONAME
        case EAI_OVERFLOW: code = UV_EAI_OVERFLOW
        case EAI_SERVICE: code = UV_EAI_SERVICE
        case EAI_SOCKTYPE: code = UV_EAI_SOCKTYPE
        // EAI_NODATA and EAI_ADDRFAMILY (netdb.h), which glibc names only with _GNU_SOURCE.
        case -5: code = UV_EAI_NODATA
        case -9: code = UV_EAI_ADDRFAMILY
        case EAI_SYSTEM where systemError != 0: return UVError(errno: systemError)
        default: code = UV_EAI_FAIL
        }
        return UVError(code: code.rawValue)
    }
}
