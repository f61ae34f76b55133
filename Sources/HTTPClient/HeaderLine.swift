/// The rules for header fields that a caller may add, and how libcurl wants them written.
enum HeaderLine {
    /// Fields that frame the message or its connection; libcurl writes them.
    private static let ownedByClient: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "expect", "te", "trailer", "upgrade",
    ]

    /// Whether the field is a token and a field value (RFC 9110 sections 5.1, 5.5) that does not change the framing.
    static func isAllowed(name: String, value: String) -> Bool {
        guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else { return false }
        guard value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else { return false }
        return !ownedByClient.contains(name.lowercased())
    }

    /// The line for libcurl: `Name: value`, or `Name;` for an empty value, since `Name:` would remove the field
    /// (CURLOPT_HTTPHEADER(3)).
    static func text(name: String, value: String) -> String {
        let isBlank = value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        return isBlank ? "\(name);" : "\(name): \(value)"
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
