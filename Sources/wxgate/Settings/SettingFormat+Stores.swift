import Gateway

extension SettingFormat where Value == String {
    /// The path of a directory. Whether it can be used is seen at start: checking settings touches nothing.
    static var dataDirectory: SettingFormat {
        SettingFormat(allowed: "the path of a directory, at most 1024 bytes without control characters") {
            text throws(SettingFault) in
            guard text.utf8.count <= 1024 else { throw SettingFault("too long") }
            guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw SettingFault("a control character")
            }
            return text
        }
    }

    /// Only one value so far; the format exists for its words.
    static var sessionStore: SettingFormat {
        SettingFormat(allowed: "embedded (in memory with WXGATE_STORE=memory)") { text throws(SettingFault) in
            if text.hasPrefix("redis://") || text.hasPrefix("redis+cluster://") {
                throw SettingFault("Redis is not supported by this version")
            }
            guard text == "embedded" else { throw SettingFault("unknown") }
            return text
        }
    }
}

extension SettingFormat where Value == StoreKind {
    static var store: SettingFormat {
        SettingFormat(
            allowed: "sqlite or memory",
            written: \.rawValue,
            parse: { text throws(SettingFault) in
                if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
                    throw SettingFault("PostgreSQL is not supported by this version")
                }
                guard let kind = StoreKind(rawValue: text) else { throw SettingFault("unknown") }
                return kind
            }
        )
    }
}
