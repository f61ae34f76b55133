import Dispatch
import Glibc
import Logging
import Synchronization

/// Takes finished log lines from any thread and writes them to a descriptor from one of its own.
///
/// Whoever logs never waits for the descriptor: a terminal that was paused or a full pipe must not stop an event loop. What
/// does not fit is dropped and counted, and a later line tells how much that was.
final class LogSink: Sendable {
    /// Bytes that wait for the writer; as many more may be in its hands. A second of heavy logging, and nothing for a server.
    static let bufferedBytesMax = 1 << 20

    private struct State {
        var buffered: [UInt8] = []
        var dropped = 0
        var isDraining = false
    }

    private let descriptor: Int32
    private let bufferedBytesMax: Int
    /// Makes the line that reports dropped ones.
    private let droppedLine: @Sendable (Int) -> [UInt8]
    private let state = Mutex(State())
    /// Serial: its one thread at a time is the only writer.
    private let writer = DispatchQueue(label: "wxgate.log")

    /// The descriptor stays the caller's and must outlive the sink's last line.
    init(
        descriptor: Int32,
        format: LogFormat,
        bufferedBytesMax: Int = LogSink.bufferedBytesMax,
        now: @escaping @Sendable () -> LogTimestamp = { .now }
    ) {
        self.descriptor = descriptor
        self.bufferedBytesMax = bufferedBytesMax
        droppedLine = { count in
            format.line(
                time: now(),
                level: .warning,
                label: "wxgate",
                message: "log lines were dropped, because they could not be written fast enough",
                metadata: ["dropped": .stringConvertible(count)]
            )
        }
    }

    /// Takes one whole line, newline included. Any thread; never blocks on the descriptor.
    func append(_ line: [UInt8]) {
        let startsDraining = state.withLock { state in
            guard state.buffered.count + line.count <= bufferedBytesMax else {
                state.dropped += 1
                return false
            }
            state.buffered += line
            defer { state.isDraining = true }
            return !state.isDraining
        }
        if startsDraining { writer.async { self.drain() } }
    }

    /// Waits until the lines taken so far are written, at most so long: whoever reads them may have stopped for good.
    ///
    /// Blocks; for the end of the process, never for a loop thread. Returns whether all were written.
    @discardableResult
    func flush(atMost limit: DispatchTimeInterval = .seconds(2)) -> Bool {
        let isWritten = DispatchSemaphore(value: 0)
        writer.async {
            self.drain()
            isWritten.signal()
        }
        return isWritten.wait(timeout: .now() + limit) == .success
    }

    private func drain() {
        while true {
            let (lines, dropped) = state.withLock { state in
                let taken = (state.buffered, state.dropped)
                state.buffered = []
                state.dropped = 0
                state.isDraining = !taken.0.isEmpty || taken.1 > 0
                return taken
            }
            if lines.isEmpty, dropped == 0 { return }
            var lost = write(lines)
            if dropped > 0, lost > 0 || write(droppedLine(dropped)) > 0 { lost += dropped }
            guard lost == 0 else {
                // Nobody can be told now, and trying again at once would spin: the next line tries.
                state.withLock { state in
                    state.dropped += lost
                    state.isDraining = false
                }
                return
            }
        }
    }

    /// Returns how many lines could not be written, because the descriptor is broken.
    private func write(_ lines: [UInt8]) -> Int {
        var rest = lines[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // The descriptor is shared with whoever made it non-blocking (a terminal, often).
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                unsafe poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return rest.count { $0 == UInt8(ascii: "\n") }
            }
        }
        return 0
    }
}
