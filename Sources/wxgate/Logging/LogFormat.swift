import Logging

/// How log lines are written; raw values as in WXGATE_LOG_FORMAT.
enum LogFormat: String, Sendable, CaseIterable {
    /// For people: `time level logger message key=value`.
    case text
    /// For machines: an object a line.
    case json

    /// One whole line with its newline.
    func line(
        time: LogTimestamp,
        level: Logger.Level,
        label: String,
        message: String,
        metadata: Logger.Metadata
    ) -> [UInt8] {
        switch self {
        case .text: TextLogLine(time: time, level: level, label: label, message: message, metadata: metadata).bytes
        case .json: JSONLogLine(time: time, level: level, label: label, message: message, metadata: metadata).bytes
        }
    }
}
