internal import CLibuv

/// Watches a descriptor that another library owns (`uv_poll_t`), such as a socket of libcurl.
///
/// Loop-confined. ``close()`` before the descriptor is closed: libuv must not watch a number that means another file.
@safe public final class PollHandle {
    /// What to watch for, or what happened.
    public struct Events: OptionSet, Sendable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }
        /// Readable, or closed by the peer.
        public static let readable = Events(rawValue: Int32(UV_READABLE.rawValue))
        /// Writable, or connected.
        public static let writable = Events(rawValue: Int32(UV_WRITABLE.rawValue))
    }

    private var memory: HandleMemory?
    private let onReady: (Events, UVError?) -> Void

    /// Makes a handle that watches nothing yet.
    ///
    /// - Throws: libuv's status, for instance when the loop watches the descriptor already.
    public init(
        on loop: EventLoop,
        descriptor: Int32,
        onReady: @escaping (Events, UVError?) -> Void
    ) throws(UVError) {
        self.onReady = onReady
        let memory = HandleMemory(for: UV_POLL)
        let status = unsafe uv_poll_init(loop.loop, memory.pointer(to: uv_poll_t.self), descriptor)
        if status < 0 {
            memory.discard()
            throw UVError(code: status)
        }
        memory.retain(owner: self)
        self.memory = memory
    }

    /// Watches for these events from now on, instead of what was watched before.
    public func start(_ events: Events) throws(UVError) {
        guard let memory else { return }
        try check(
            unsafe uv_poll_start(memory.pointer(to: uv_poll_t.self), events.rawValue) { handle, status, events in
                guard let me = unsafe owner(handle?.pointee.data, as: PollHandle.self) else { return }
                me.onReady(Events(rawValue: events), status < 0 ? UVError(code: status) : nil)
            }
        )
    }

    /// Watches for nothing; it can be started again.
    public func stop() {
        guard let memory else { return }
        _ = unsafe uv_poll_stop(memory.pointer(to: uv_poll_t.self))
    }

    /// Ends the watch at once; the memory goes later, in libuv's close callback. Calling it again does nothing.
    public func close() {
        guard let memory = memory.take() else { return }
        _ = unsafe uv_poll_stop(memory.pointer(to: uv_poll_t.self))
        memory.close()
    }
}
