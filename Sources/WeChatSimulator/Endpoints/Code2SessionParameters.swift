import HTTP

/// The four parameters of code2Session. An empty one counts as missing.
struct Code2SessionParameters: Equatable, Sendable {
    private(set) var appid: String?
    private(set) var secret: String?
    private(set) var code: String?
    private(set) var grantType: String?

    /// Reads a raw query. Where a name is repeated the first one counts; unknown names are ignored.
    init(query: String?) {
        guard let query else { return }
        for field in query.utf8.split(separator: UInt8(ascii: "&")) {
            let separator = field.firstIndex(of: UInt8(ascii: "=")) ?? field.endIndex
            guard separator < field.endIndex else { continue }
            let value = field[field.index(after: separator)...]
            guard !value.isEmpty else { continue }
            let name = field[..<separator]
            if name.elementsEqual("appid".utf8) {
                appid = appid ?? Self.decoded(value)
            } else if name.elementsEqual("secret".utf8) {
                secret = secret ?? Self.decoded(value)
            } else if name.elementsEqual("js_code".utf8) {
                code = code ?? Self.decoded(value)
            } else if name.elementsEqual("grant_type".utf8) {
                grantType = grantType ?? Self.decoded(value)
            }
        }
    }

    private static func decoded(_ value: Substring.UTF8View) -> String {
        guard value.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(Substring(value))
        }
        // What is not properly encoded is a wrong value rather than no value: it gets the error of its parameter.
        return PercentEncoding.decodeText(String(Substring(value)), plusAsSpace: true) ?? String(Substring(value))
    }
}
