/// Prometheus' text exposition format 0.0.4, as it grows.
///
/// <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>
struct ExpositionText {
    private(set) var bytes: [UInt8] = []

    /// Adds the two lines before a metric's samples; no `# HELP` without words.
    mutating func begin(_ name: String, _ kind: MetricKind, help: String?) {
        if let help {
            bytes += "# HELP \(name) ".utf8
            for byte in help.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
                case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
                default: bytes.append(byte)
                }
            }
            endLine()
        }
        bytes += "# TYPE \(name) \(kind.rawValue)\n".utf8
    }

    /// Adds a line with a whole number.
    mutating func sample(
        _ name: String,
        suffix: String = "",
        labels: LabelText,
        and more: LabelText? = nil,
        count: UInt64
    ) {
        begin(name, suffix, labels, more)
        bytes += String(count).utf8
        endLine()
    }

    /// Adds a line with any number.
    mutating func sample(_ name: String, suffix: String = "", labels: LabelText, value: Double) {
        begin(name, suffix, labels, nil)
        bytes += Self.number(value).utf8
        endLine()
    }

    /// A number as Go's ParseFloat reads it, whole ones without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Below this every whole number has its own Double.
        if value.rounded() == value, value.magnitude < 0x1p53 { return String(Int64(value)) }
        return "\(value)"
    }

    private mutating func begin(_ name: String, _ suffix: String, _ labels: LabelText, _ more: LabelText?) {
        bytes += name.utf8
        bytes += suffix.utf8
        let more = more?.bytes ?? []
        if !labels.bytes.isEmpty || !more.isEmpty {
            bytes.append(UInt8(ascii: "{"))
            bytes += labels.bytes
            if !labels.bytes.isEmpty, !more.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += more
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: " "))
    }

    private mutating func endLine() { bytes.append(UInt8(ascii: "\n")) }
}
