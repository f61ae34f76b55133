import Logging

/// A log line for people: `2026-07-01T12:00:00.123Z info wxgate: started port=8080 host="::1"`.
struct TextLogLine {
    private var text: String

    var bytes: [UInt8] { Array(text.utf8) }

    init(time: LogTimestamp, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata) {
        // Levels have up to 8 letters; in one column the messages are easy to scan.
        let padding = String(repeating: " ", count: max(0, 8 - level.rawValue.utf8.count))
        text = "\(time) \(level.rawValue)\(padding) \(label): "
        for scalar in message.unicodeScalars {
            // Quotes do no harm in a message and read better bare.
            if scalar == "\"" { text.append("\"") } else { text.appendEscaped(scalar) }
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            text.append(" ")
            appendWord(key)
            text.append("=")
            append(value)
        }
        text.append("\n")
    }

    private mutating func append(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let string): appendWord(string)
        case .stringConvertible(let value): appendWord(value.description)
        case .array(let values):
            text.append("[")
            for (index, value) in values.enumerated() {
                if index > 0 { text.append(",") }
                append(value)
            }
            text.append("]")
        case .dictionary(let members):
            text.append("{")
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { text.append(",") }
                appendWord(member.key)
                text.append("=")
                append(member.value)
            }
            text.append("}")
        }
    }

    /// Bare where nothing can be mistaken for the line's own structure, else quoted.
    private mutating func appendWord(_ word: String) {
        let isBare =
            !word.isEmpty && word.unicodeScalars.allSatisfy { String.isHarmless($0) && !" \"\\=,[]{}".contains($0) }
        if isBare {
            text.append(word)
            return
        }
        text.append("\"")
        for scalar in word.unicodeScalars { text.appendEscaped(scalar) }
        text.append("\"")
    }
}

extension String {
    fileprivate func contains(_ scalar: Unicode.Scalar) -> Bool { unicodeScalars.contains(scalar) }
}
