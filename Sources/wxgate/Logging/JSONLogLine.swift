import Logging

/// A log line for machines: a JSON object with `time`, `level`, `logger`, `message` and the metadata as members.
struct JSONLogLine {
    private(set) var bytes: [UInt8] = []

    /// Members that metadata must not replace; a key of such a name gets an underscore.
    private static let reserved: Set<String> = ["time", "level", "logger", "message"]

    init(time: LogTimestamp, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata) {
        bytes.reserveCapacity(256)
        bytes += #"{"time":""#.utf8
        bytes += time.bytes
        bytes += #"","level":""#.utf8
        bytes += level.rawValue.utf8
        bytes += #"","logger":"#.utf8
        append(label)
        bytes += #","message":"#.utf8
        append(message)
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            bytes.append(UInt8(ascii: ","))
            append(Self.reserved.contains(key) ? key + "_" : key)
            bytes.append(UInt8(ascii: ":"))
            append(value)
        }
        bytes += "}\n".utf8
    }

    private mutating func append(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let string): append(string)
        case .stringConvertible(let value): append(value)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(value)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(member.key)
                bytes.append(UInt8(ascii: ":"))
                append(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Numbers and truth values stay what they are, so that a log system can compare them.
    private mutating func append(_ value: any CustomStringConvertible) {
        switch value {
        case is any FixedWidthInteger, is Bool: bytes += value.description.utf8
        case let number as Double where number.isFinite: bytes += number.description.utf8
        default: append(value.description)
        }
    }

    /// RFC 8259 section 7, and also what some readers split lines at or swallow (DEL, separators, byte order mark).
    private mutating func append(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "\u{0}"..<"\u{20}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}", "\u{feff}":
                let hex = String(scalar.value, radix: 16)
                bytes += "\\u".utf8
                bytes += repeatElement(UInt8(ascii: "0"), count: 4 - hex.utf8.count)
                bytes += hex.utf8
            default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
