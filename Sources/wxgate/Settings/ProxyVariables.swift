/// The variables by which the environment configures a proxy, as libcurl reads them (CURLOPT_PROXY(3), CURLOPT_NOPROXY(3)).
struct ProxyVariables {
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The name of the variable that configures a proxy for the base; nil when none does.
    ///
    /// A base without TLS has none: the proxy would read secrets.
    func name(for base: UpstreamBase) -> String? {
        if base.isPlainHTTP || excludes(base.host) { return nil }
        return ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].first { isSet($0) }
    }

    /// Whether the list of exceptions has the host, a domain that it is in, or everything.
    private func excludes(_ host: String) -> Bool {
        guard let list = ["no_proxy", "NO_PROXY"].first(where: { isSet($0) }).flatMap({ environment[$0] }) else {
            return false
        }
        if list == "*" { return true }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return list.split(whereSeparator: { $0 == "," || $0 == " " }).contains { entry in
            let name = (entry.hasPrefix(".") ? entry.dropFirst() : entry).lowercased()
            return bare == name || bare.hasSuffix("." + name)
        }
    }

    private func isSet(_ name: String) -> Bool { environment[name]?.isEmpty == false }
}
