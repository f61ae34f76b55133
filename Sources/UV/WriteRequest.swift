internal import CLibuv

/// One queued write and the copy of its bytes, in one allocation that the write callback frees.
enum WriteRequest {
    /// Queues bytes; false when libuv refuses.
    static func start(on stream: UnsafeMutablePointer<uv_stream_t>, copying bytes: UnsafeRawBufferPointer) -> Bool {
        let header = unsafe MemoryLayout<uv_write_t>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: header + bytes.count, alignment: 16)
        let payload = unsafe UnsafeMutableRawBufferPointer(start: memory + header, count: bytes.count)
        unsafe payload.copyMemory(from: bytes)
        let request = unsafe memory.bindMemory(to: uv_write_t.self, capacity: 1)
        var buffer = unsafe buffer(UnsafeRawBufferPointer(payload))
        let status = unsafe uv_write(request, stream, &buffer, 1) { request, status in
            guard let request = unsafe request else { return }
            // Cancelled by close: the connection's owner is told nothing more, but the handle still holds it.
            let connection = unsafe owner(request.pointee.handle?.pointee.data, as: TCPConnection.self)
            unsafe UnsafeMutableRawPointer(request).deallocate()
            connection?.wroteQueued(status: status)
        }
        if status < 0 {
            unsafe memory.deallocate()
            return false
        }
        return true
    }

    /// Bytes as libuv wants them; it only reads from them.
    static func buffer(_ bytes: UnsafeRawBufferPointer) -> uv_buf_t {
        let base = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        return unsafe uv_buf_t(base: base?.assumingMemoryBound(to: CChar.self), len: bytes.count)
    }
}
