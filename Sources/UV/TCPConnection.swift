internal import CLibuv
internal import Glibc

/// What a ``TCPConnection`` tells its owner, on the loop. Nothing is told after ``TCPConnection/close()``.
public protocol TCPConnectionDelegate: AnyObject {
    /// Bytes arrived; they are valid only during the call, because all connections of a loop share one buffer.
    func received(_ bytes: UnsafeRawBufferPointer)
    /// The peer will send no more (nil), or the connection is broken.
    func ended(_ error: UVError?)
    /// Everything that was queued for writing has been given to the kernel.
    func drained()
}

/// One TCP connection of a loop, accepted or made.
///
/// Loop-confined. ``close()`` or ``closeWithReset()`` must be called; until then the loop keeps it alive.
@safe public final class TCPConnection {
    /// What became of a write.
    public enum WriteOutcome: Equatable, Sendable {
        /// The kernel took everything.
        case written
        /// Some bytes wait; ``TCPConnectionDelegate/drained()`` follows.
        case queued
        /// The connection is broken or closed, or the queue is full: close it.
        case failed
    }

    /// Bytes that may wait for a peer that reads slowly. A gateway's reply is a few kilobytes and the next request is
    /// not served before the last reply went out, so more than this is no client but an attack.
    public static let queuedBytesMax = 1 << 20

    /// The other end.
    public let peer: PeerAddress
    /// Told about everything that happens; retained until the connection is closed.
    public var delegate: (any TCPConnectionDelegate)? {
        get { receiver }
        set { receiver = newValue }
    }

    /// Private, because the exclusive access to a public property is checked at run time, each time.
    private var receiver: (any TCPConnectionDelegate)?

    let loop: EventLoop
    private(set) var memory: HandleMemory?
    private var isReading = false

    /// Takes memory whose handle is about to be initialised.
    init(connecting memory: HandleMemory, to peer: PeerAddress, on loop: EventLoop) {
        self.loop = loop
        self.peer = peer
        self.memory = memory
    }

    /// The handle could not be initialised: there is nothing to close.
    func forgetMemory() { memory = nil }

    init(accepting listener: HandleMemory, on loop: EventLoop) throws(UVError) {
        self.loop = loop
        let memory = HandleMemory(for: UV_TCP)
        let status = unsafe uv_tcp_init(loop.loop, memory.pointer(to: uv_tcp_t.self))
        if status < 0 {
            memory.discard()
            throw UVError(code: status)
        }
        let accepted = unsafe uv_accept(
            listener.pointer(to: uv_stream_t.self),
            memory.pointer(to: uv_stream_t.self)
        )
        if accepted < 0 {
            unsafe memory.handle.pointee.data = nil
            memory.close()
            throw UVError(code: accepted)
        }
        peer = TCPConnection.peer(of: memory)
        // Replies are written whole; waiting to fill a segment would only delay them.
        _ = unsafe uv_tcp_nodelay(memory.pointer(to: uv_tcp_t.self), 1)
        memory.retain(owner: self)
        self.memory = memory
    }

    /// Whether neither end was closed by us.
    public var isOpen: Bool { memory != nil }

    /// Bytes that wait for the peer to read.
    public var queuedBytes: Int {
        guard let memory else { return 0 }
        return unsafe uv_stream_get_write_queue_size(memory.pointer(to: uv_stream_t.self))
    }

    /// Starts, or goes on, to read. Reading is how a hang-up is noticed.
    public func startReading() {
        guard let memory, !isReading else { return }
        isReading = true
        _ = unsafe uv_read_start(
            memory.pointer(to: uv_stream_t.self),
            { handle, _, buffer in
                // The loop's data is its slab, so that nobody has to find the connection for it.
                let slab = unsafe handle?.pointee.loop.pointee.data?.assumingMemoryBound(to: CChar.self)
                unsafe buffer?.pointee = uv_buf_t(base: slab, len: EventLoop.readSlabBytes)
            },
            { handle, count, _ in
                // The handle holds its owner until its close callback, which cannot run within this one.
                guard let data = unsafe handle?.pointee.data else { return }
                unsafe Unmanaged<TCPConnection>.fromOpaque(data)._withUnsafeGuaranteedRef { $0.didRead(count) }
            }
        )
    }

    /// Stops reading, so that TCP slows the peer down. A hang-up is then noticed only by writing.
    public func pauseReading() {
        guard let memory, isReading else { return }
        isReading = false
        _ = unsafe uv_read_stop(memory.pointer(to: uv_stream_t.self))
    }

    /// Writes without a copy if the kernel takes it; what it does not take is copied and queued in order.
    public func write(_ bytes: UnsafeRawBufferPointer) -> WriteOutcome {
        guard let memory else { return .failed }
        let stream = unsafe memory.pointer(to: uv_stream_t.self)
        var rest = unsafe bytes
        let queued = unsafe uv_stream_get_write_queue_size(stream)
        if queued == 0 {
            var buffer = unsafe WriteRequest.buffer(rest)
            let written = unsafe uv_try_write(stream, &buffer, 1)
            if written == bytes.count { return .written }
            if written < 0, written != UV_EAGAIN.rawValue { return .failed }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest[Int(max(0, written))...])
        }
        if queued + rest.count > TCPConnection.queuedBytesMax { return .failed }
        return unsafe WriteRequest.start(on: stream, copying: rest) ? .queued : .failed
    }

    /// Sends FIN after what is queued; reading goes on.
    public func shutdownWriting() {
        guard let memory else { return }
        let request = UnsafeMutablePointer<uv_shutdown_t>.allocate(capacity: 1)
        let status = unsafe uv_shutdown(request, memory.pointer(to: uv_stream_t.self)) { request, _ in
            unsafe request?.deallocate()
        }
        if status < 0 { unsafe request.deallocate() }
    }

    /// Closes at once; what is still queued is lost. Calling it again does nothing.
    public func close() {
        receiver = nil
        memory.take()?.close()
    }

    /// Closes with RST, so that the peer cannot take it for an orderly end.
    public func closeWithReset() {
        receiver = nil
        guard let memory = memory.take() else { return }
        memory.closeWithReset()
    }

    func wroteQueued(status: Int32) {
        guard let memory, status == 0 else { return }
        if unsafe uv_stream_get_write_queue_size(memory.pointer(to: uv_stream_t.self)) == 0 {
            receiver?.drained()
        }
    }

    private func didRead(_ count: Int) {
        if count > 0 {
            unsafe receiver?.received(UnsafeRawBufferPointer(start: loop.readSlab.baseAddress, count: count))
        } else if count < 0 {
            pauseReading()
            let isEnd = count == Int(UV_EOF.rawValue)
            receiver?.ended(isEnd ? nil : UVError(code: Int32(truncatingIfNeeded: count)))
        }
    }

    private static func peer(of memory: HandleMemory) -> PeerAddress {
        var storage = sockaddr_storage()
        var length = Int32(MemoryLayout<sockaddr_storage>.size)
        _ = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe uv_tcp_getpeername(
                memory.pointer(to: uv_tcp_t.self),
                UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: sockaddr.self),
                &length
            )
        }
        return PeerAddress(storage)
    }
}
