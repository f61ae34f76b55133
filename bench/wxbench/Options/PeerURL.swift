/// Where a peer is and what stands before the paths that it is asked for: `http://host:port/path`.
struct PeerURL: Equatable, Sendable, CustomStringConvertible {
    let site: TargetURL
    /// Empty, or with a slash at its beginning and none at its end.
    let path: String

    init?(_ text: String) {
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let slash = text[scheme.upperBound...].firstIndex(of: "/") ?? text.endIndex
        guard let site = TargetURL(String(text[..<slash])) else { return nil }
        var path = text[slash...]
        while path.hasSuffix("/") { path = path.dropLast() }
        // A query would end up in the middle of the target.
        let allowed = path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x23 && $0 != 0x3F }
        guard allowed else { return nil }
        self.site = site
        self.path = String(path)
    }

    var description: String { site.description + path }
}
