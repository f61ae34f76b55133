internal import CLibuv

/// The heap memory of one libuv handle, from its init to its close callback.
///
/// libuv allows memory to be reused only in or after the close callback (libuv documentation, "uv_close"), so the only
/// way to give it back is ``close()``. While the handle is open it retains its owner, so callbacks always find one.
@safe struct HandleMemory {
    private let memory: UnsafeMutableRawPointer

    /// Allocates memory for a handle of a type that is not initialised yet.
    init(for type: uv_handle_type) {
        unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: uv_handle_size(type), alignment: 16)
    }

    /// The memory as the handle type for which it was allocated.
    func pointer<Raw>(to type: Raw.Type) -> UnsafeMutablePointer<Raw> {
        unsafe memory.assumingMemoryBound(to: type)
    }

    /// The same memory seen as the base type of all handles.
    var handle: UnsafeMutablePointer<uv_handle_t> {
        unsafe pointer(to: uv_handle_t.self)
    }

    /// Gives the memory back of a handle whose init failed, which libuv never saw.
    func discard() {
        unsafe memory.deallocate()
    }

    /// Stores the owner that callbacks will find; it lives until the close callback.
    func retain(owner: AnyObject) {
        unsafe handle.pointee.data = Unmanaged.passRetained(owner).toOpaque()
    }

    /// Closes the handle; owner and memory go in the close callback.
    func close() {
        unsafe uv_close(handle) { handle in unsafe HandleMemory.free(handle) }
    }

    private static func free(_ handle: UnsafeMutablePointer<uv_handle_t>?) {
        guard let handle = unsafe handle else { return }
        if let data = unsafe handle.pointee.data {
            unsafe Unmanaged<AnyObject>.fromOpaque(data).release()
        }
        unsafe UnsafeMutableRawPointer(handle).deallocate()
    }
}

/// Finds the owner of a handle in one of its callbacks.
@inline(__always)
func owner<Owner: AnyObject>(_ data: UnsafeMutableRawPointer?, as type: Owner.Type) -> Owner? {
    guard let data = unsafe data else { return nil }
    return unsafe Unmanaged<Owner>.fromOpaque(data).takeUnretainedValue()
}

extension HandleMemory {
    /// Closes a TCP handle with RST (`uv_tcp_close_reset`); after a shutdown libuv refuses that, so it closes plainly.
    func closeWithReset() {
        let status = unsafe uv_tcp_close_reset(pointer(to: uv_tcp_t.self)) { handle in
            unsafe HandleMemory.free(handle)
        }
        if status < 0 { close() }
    }
}
