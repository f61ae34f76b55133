internal import CLibuv
internal import Glibc

/// A thread of the operating system that runs one body to its end and is joined or detached.
///
/// For the few threads of a gateway that wait in the system themselves: its loops, and a store's own.
@safe public final class SystemThread: Sendable {
    private let thread: pthread_t

    /// What the thread runs, handed over to it.
    private final class Start {
        let name: String
        let body: () -> Void

        init(name: String, body: @escaping () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - name: shown by `top -H` and debuggers, at most 15 bytes.
    ///   - stackBytes: what its deepest calls want.
    ///   - body: from now on what it holds belongs to the thread.
    /// - Throws: the system's error when it has no thread to give.
    public init(name: String, stackBytes: Int, _ body: sending @escaping () -> Void) throws(UVError) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, stackBytes)
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), start.name)
                start.body()
                return nil
            },
            start.toOpaque()
        )
        unsafe pthread_attr_destroy(&attributes)
        if status != 0 {
            unsafe start.release()
            throw UVError(errno: status)
        }
        self.thread = thread
    }

    /// Waits for the end of the body; blocks the caller, which must not be a loop. Call it once.
    public func join() {
        pthread_join(thread, nil)
    }

    /// Lets the thread end by itself, unobserved, instead of ``join()``.
    public func detach() {
        pthread_detach(thread)
    }
}
