import Glibc
import Logging
import Synchronization
import UV
import WeChatSimulator

/// Puts the simulator behind its port and takes it down again.
enum Wiring {
    /// Milliseconds that running requests get after a signal; what hangs by a fault is cut off then.
    private static let drainMilliseconds: UInt64 = 500

    /// Serves until SIGTERM or SIGINT. On the main thread, which runs a loop for the signals.
    ///
    /// - Throws: why the address cannot be bound, or why there are no threads.
    static func run(_ simulator: Simulator, at address: ListenAddress, loops: Int, logger: Logger) throws(UVError) {
        let service = try SimulatorService(simulator, loops: loops, logger: logger)
        let main: EventLoop
        do throws(UVError) {
            main = try EventLoop()
        } catch {
            service.join()
            throw error
        }
        let failure = Mutex<UVError?>(nil)
        let actor = main.actor
        Task(executorPreference: main) {
            do throws(UVError) {
                try await actor.run { actor throws(UVError) in
                    try await serve(service, at: address, on: actor.loop)
                }
            } catch {
                failure.withLock { $0 = error }
            }
            main.stop()
        }
        main.run()
        _ = main.close()
        service.join()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Prints one line. Not `print`, whose buffer keeps the line from whoever waits for it at the end of a pipe.
    static func report(_ line: String, on descriptor: Int32) {
        let bytes = Array("wxsim: \(line)\n".utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }

    private static func serve(
        _ service: SimulatorService,
        at address: ListenAddress,
        on loop: EventLoop
    ) async throws(UVError) {
        let signalled = Completion<Void>(on: loop)
        let terminate = try SignalHandle(on: loop, signal: SIGTERM) { signalled.finish(()) }
        defer { terminate.close() }
        let interrupt = try SignalHandle(on: loop, signal: SIGINT) { signalled.finish(()) }
        defer { interrupt.close() }

        var actual = address
        actual.port = try await service.start(host: address.host, port: address.port)
        report("listens on http://\(actual)", on: STDOUT_FILENO)
        await signalled.value()
        await service.drain(timeoutMilliseconds: drainMilliseconds)
    }
}
