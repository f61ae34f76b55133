/// The variables by which the environment configures a proxy, as libcurl reads them (CURLOPT_PROXY(3), CURLOPT_NOPROXY(3)).
struct ProxyVariables {
    private let environment: [String: String]

    init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// The name of the variable that configures a proxy for the base; nil when none does.
    func name(for base: UpstreamBase) -> String? {
        if excludes(base.host) { return nil }
        // Not HTTP_PROXY: a web server puts the client's own Proxy field there.
        let names = base.isPlainHTTP ? ["http_proxy"] : ["https_proxy", "HTTPS_PROXY"]
        return (names + ["all_proxy", "ALL_PROXY"]).first { isSet($0) }
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
