/// Labels as they stand between the braces, such as `api="token",errcode="0"`: sorted, sanitised and escaped.
///
/// Bytes and not a `String`, whose equality would take different bytes for one label.
struct LabelText: Hashable, Comparable, Sendable {
    let bytes: [UInt8]

    /// Of two labels with one name the first counts.
    init(_ labels: [(String, String)]) {
        var named: [(name: String, value: String)] = []
        for (name, value) in labels {
            let name = MetricName.label(name)
            if !named.contains(where: { $0.name == name }) { named.append((name, value)) }
        }
        named.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var bytes: [UInt8] = []
        for (name, value) in named {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += name.utf8
            bytes += #"=""#.utf8
            for byte in value.utf8 {
                switch byte {
                case UInt8(ascii: "\\"): bytes += #"\\"#.utf8
                case UInt8(ascii: "\""): bytes += #"\""#.utf8
                case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        self.bytes = bytes
    }

    /// The label of a histogram's bucket, which no other metric may have.
    init(bound: String) {
        bytes = Array(#"le="\#(bound)""#.utf8)
    }

    static func < (left: LabelText, right: LabelText) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}
