internal import HTTP
internal import HTTPServer

/// Tells pages of our own origin, pages of listed origins and all others apart (RFC 6454, Fetch Metadata). Any thread.
struct OriginPolicy: Sendable {
    /// Where a request says that it comes from.
    enum Caller: Equatable, Sendable {
        /// No browser, or a page of the same origin in a request that says no origin.
        case unnamed
        /// Our own page.
        case own(String)
        /// A page of a listed origin.
        case listed(String)
        /// Any other page.
        case foreign
    }

    private let listed: Set<String>
    private let addresses: ClientAddresses

    /// - Parameter listed: `WebPolicy.origins`: written as browsers write them, since they compare byte by byte.
    init(listed: [String], addresses: ClientAddresses) {
        self.listed = Set(listed)
        self.addresses = addresses
    }

    /// Whose page made the request.
    ///
    /// A request without Origin is a page's own only if no page elsewhere made it, which browsers say in Sec-Fetch-Site.
    /// `same-site` says nothing here: no page can read the reply to a request that has no Origin.
    func caller(of request: Request) -> Caller {
        let origins = request.headers.all("origin")
        if let origin = origins.first, origins.count == 1, listed.contains(origin) { return .listed(origin) }
        let isCrossSite = request.headers.all("sec-fetch-site").contains { $0.lowercased() == "cross-site" }
        guard !isCrossSite, origins.count <= 1 else { return .foreign }
        guard let origin = origins.first else { return .unnamed }
        return origin == ownOrigin(of: request) ? .own(origin) : .foreign
    }

    /// Lets no page of an unknown origin pass; who is no browser may.
    ///
    /// - Throws: `forbidden`.
    @discardableResult
    func requireOwnOrListed(_ request: Request) throws(GatewayError) -> Caller {
        let caller = caller(of: request)
        guard caller != .foreign else {
            throw .forbidden("A page of this origin may not log in here. \(OriginPolicy.remedy)")
        }
        return caller
    }

    /// Lets only our own pages pass, and only if they say so.
    ///
    /// - Throws: `forbidden`.
    func requireOwn(_ request: Request) throws(GatewayError) {
        if case .own = caller(of: request) { return }
        throw .forbidden(
            "The cookie counts here only with the gateway's own Origin; send the token otherwise. \(OriginPolicy.remedy)"
        )
    }

    /// Whether the browser talks https, as far as it can be known: cookies are then for https only.
    ///
    /// The listener itself has no TLS; once it has, its connections are secure whatever a header says.
    func isSecure(_ request: Request) -> Bool {
        guard addresses.isFromTrustedProxy(request) else { return false }
        // The last one is the word of the proxy that we know; those before it are what it was told.
        let schemes = request.headers.all("x-forwarded-proto").joined(separator: ",")
            .split(separator: ",", omittingEmptySubsequences: false)
        return schemes.last?.trimmingOptionalWhitespace().lowercased() == "https"
    }

    /// The origin of pages that are served where the request went; nil when it does not say where.
    private func ownOrigin(of request: Request) -> String? {
        guard let host = request.headers.first("host"), !host.isEmpty else { return nil }
        return isSecure(request)
            ? "https://\(OriginPolicy.withoutPort(host.lowercased(), 443))"
            : "http://\(OriginPolicy.withoutPort(host.lowercased(), 80))"
    }

    /// Browsers leave the scheme's own port out of an origin, but some clients write it into Host.
    private static func withoutPort(_ host: String, _ standard: Int) -> String {
        guard let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") else { return host }
        let port = host[host.index(after: colon)...]
        return port.isEmpty || Int(port) == standard ? String(host[..<colon]) : host
    }

    private static let remedy =
        "If it is the gateway's own, its proxy has to be in WXGATE_TRUSTED_PROXIES and to pass on Host and"
        + " X-Forwarded-Proto; origins of pages elsewhere belong into WXGATE_CORS_ORIGINS."
}
