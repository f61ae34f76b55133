internal import CLibuv

/// A libuv status below zero.
///
/// Source: libuv documentation, "Error handling".
public struct UVError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The status as libuv gave it, always negative.
    public let code: Int32

    /// Wraps a negative libuv status.
    public init(code: Int32) {
        self.code = code
    }

    /// Wraps a positive `errno` value.
    init(errno: Int32) {
        self.code = uv_translate_sys_error(errno)
    }

    /// The symbolic name, such as `EADDRINUSE`.
    public var name: String {
        guard let text = unsafe uv_err_name(code) else { return "UNKNOWN" }
        return unsafe String(cString: text)
    }

    /// Name and sentence, such as `EADDRINUSE: address already in use`.
    public var description: String {
        guard let text = unsafe uv_strerror(code) else { return name }
        return "\(name): \(unsafe String(cString: text))"
    }

    /// Nobody listens there, or the address is taken: whether the status is `EADDRINUSE`.
    public var isAddressInUse: Bool { code == UV_EADDRINUSE.rawValue }
}

/// Turns libuv's convention (below zero is an error) into a typed throw.
@inline(__always)
func check(_ status: Int32) throws(UVError) {
    if status < 0 { throw UVError(code: status) }
}
