internal import CLibuv
internal import Glibc

/// Calls back on the loop for each signal of one number (`uv_signal_t`). Loop-confined.
@safe public final class SignalHandle {
    private var memory: HandleMemory?
    private let onSignal: () -> Void

    /// Starts to listen for a signal number such as `SIGTERM`.
    ///
    /// - Throws: libuv's status, for instance for a signal that cannot be caught.
    public init(on loop: EventLoop, signal: Int32, onSignal: @escaping () -> Void) throws(UVError) {
        self.onSignal = onSignal
        let memory = HandleMemory(for: UV_SIGNAL)
        let status = unsafe uv_signal_init(loop.loop, memory.pointer(to: uv_signal_t.self))
        if status < 0 {
            memory.discard()
            throw UVError(code: status)
        }
        memory.retain(owner: self)
        self.memory = memory
        let started = unsafe uv_signal_start(
            memory.pointer(to: uv_signal_t.self),
            { handle, _ in unsafe owner(handle?.pointee.data, as: SignalHandle.self)?.onSignal() },
            signal
        )
        if started < 0 {
            close()
            throw UVError(code: started)
        }
        // Blocked by a parent, or by us until now, nobody would ever get it. Not before somebody listens: one that waits
        // arrives here and now.
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, signal)
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// Stops listening; the signal's default action is in force again. Calling it again does nothing.
    public func close() {
        memory.take()?.close()
    }
}
