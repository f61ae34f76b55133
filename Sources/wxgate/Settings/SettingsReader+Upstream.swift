import HTTPClient

extension SettingsReader {
    /// What exchanges codes: as it is set, but libcurl wherever a proxy is configured.
    mutating func readUpstreamClient(bases: [UpstreamBase]) -> UpstreamClientKind {
        let kind = read(.upstreamClient, as: .upstreamClient)
        guard kind == .native else { return kind }
        for base in bases {
            guard let name = proxies.name(for: base) else { continue }
            addWarning(
                "\(name): set, so calls to WeChat go through that proxy, and codes are exchanged over libcurl; no_proxy"
                    + " leaves hosts out"
            )
            return .curl
        }
        return kind
    }
}

extension SettingFormat where Value == UpstreamClientKind {
    static var upstreamClient: SettingFormat {
        SettingFormat(
            allowed: UpstreamClientKind.allCases.map(\.rawValue).joined(separator: " or "),
            written: \.rawValue,
            parse: { text throws(SettingFault) in
                guard let kind = UpstreamClientKind(rawValue: text) else { throw SettingFault("unknown") }
                return kind
            }
        )
    }
}
