import Logging

/// Turns each log event into one line and hands it to a `LogSink`; safe to use on event loops.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level

    private let label: String
    private let format: LogFormat
    private let sink: LogSink
    private let now: @Sendable () -> LogTimestamp

    init(
        label: String,
        level: Logger.Level,
        format: LogFormat,
        sink: LogSink,
        now: @escaping @Sendable () -> LogTimestamp = { .now }
    ) {
        self.label = label
        self.format = format
        self.sink = sink
        self.now = now
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Of one key the most specific value counts: the event's, then the provider's, then the logger's.
    func log(event: LogEvent) {
        var members = metadata
        if let provided = metadataProvider?.get() { members.merge(provided) { _, newer in newer } }
        if let given = event.metadata { members.merge(given) { _, newer in newer } }
        if let error = event.error, members["error"] == nil { members["error"] = "\(error)" }
        sink.append(
            format.line(
                time: now(),
                level: event.level,
                label: label,
                message: event.message.description,
                metadata: members
            )
        )
    }
}
