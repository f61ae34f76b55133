import Glibc
import UV

/// Waits for SIGTERM or SIGINT; a second one ends the process at once.
enum StopSignals {
    private static let signals = [("SIGTERM", SIGTERM), ("SIGINT", SIGINT)]

    /// Lets them wait for ``wait(on:)`` from now on, so that a stop during the start ends the process in order too.
    ///
    /// On the main thread before it starts others, which inherit this.
    static func hold() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for (_, number) in signals { unsafe sigaddset(&set, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        // It asks for certificates to be re-read; until there are some it must at least not end anything.
        _ = signal(SIGHUP, SIG_IGN)
    }

    /// - Returns: the name of the signal that came first.
    /// - Throws: `UVError` when a signal cannot be listened for.
    static func wait(on loop: EventLoop) async throws -> String {
        try await loop.actor.run { actor in
            let first = Completion<String>(on: actor.loop)
            let handles = try signals.map { name, number in
                try SignalHandle(on: actor.loop, signal: number) { first.finish(name) }
            }
            let name = await first.value()
            // Closing the handles puts the default action back, so an impatient second signal ends the process.
            for handle in handles { handle.close() }
            return name ?? "cancelled"
        }
    }
}
