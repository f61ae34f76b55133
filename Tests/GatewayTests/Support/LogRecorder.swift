import Logging
import Synchronization

/// Keeps what is logged, as `level message key=value …` with sorted keys.
final class LogRecorder: Sendable {
    private let recorded = Mutex<[String]>([])

    var lines: [String] { recorded.withLock { $0 } }

    func logger(level: Logger.Level = .trace) -> Logger {
        Logger(label: "test") { [self] _ in Handler(recorder: self, logLevel: level) }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var logLevel: Logger.Level
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let members = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let line = ["\(event.level)", event.message.description] + members
            recorder.recorded.withLock { $0.append(line.joined(separator: " ")) }
        }
    }
}
