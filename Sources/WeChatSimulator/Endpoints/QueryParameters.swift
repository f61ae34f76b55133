import HTTP

/// The parameters of a query. An empty one counts as missing, and where a name is repeated the first one counts.
struct QueryParameters: Sendable {
    private var values: [String: String] = [:]

    /// Reads a raw query.
    init(_ query: String?) {
        for field in (query ?? "").split(separator: "&") {
            guard let separator = field.firstIndex(of: "=") else { continue }
            let name = String(field[..<separator])
            let value = String(field[field.index(after: separator)...])
            guard !value.isEmpty, values[name] == nil else { continue }
            // What is not properly encoded is a wrong value rather than no value: it gets the error of its parameter.
            values[name] = PercentEncoding.decodeText(value, plusAsSpace: true) ?? value
        }
    }

    subscript(_ name: String) -> String? { values[name] }
}
