internal import HTTP
internal import HTTPServer

/// Lets pages of listed origins read what the API answers (Fetch standard, section 3.3; contract section 4). Any thread.
///
/// Without credentials: no cookie comes along, so server-sent events and cookies stay with our own pages.
struct CORSPolicy: RequestPolicy, Sendable {
    /// What the API has beside GET and HEAD.
    private static let methods = "GET, HEAD, POST"
    /// What its requests carry beside what any page may send.
    private static let requestFields = "Content-Type, Authorization, X-Qr-Secret"
    /// What a page may read beside the usual.
    private static let replyFields = "X-Request-Id, Retry-After"
    /// Seconds for which browsers may keep a preflight's reply: what some cap it at, and soon enough after a change.
    private static let maxAge = "600"

    private let origins: Set<String>

    /// Nil when no origin is listed: then no reply needs anything.
    init?(origins: [String]) {
        guard !origins.isEmpty else { return nil }
        self.origins = Set(origins)
    }

    /// Answers preflights of listed origins, whatever the path below the API: the request itself then says what is wrong.
    /// Any other OPTIONS is a request like all.
    func response(to request: Request) -> Response? {
        guard request.method == .options, CORSPolicy.covers(request), listedOrigin(of: request) != nil,
            request.headers.contains("access-control-request-method")
        else { return nil }
        return Response(
            status: .noContent,
            headers: [
                ("Access-Control-Allow-Methods", CORSPolicy.methods),
                ("Access-Control-Allow-Headers", CORSPolicy.requestFields),
                ("Access-Control-Max-Age", CORSPolicy.maxAge),
            ]
        )
    }

    /// The origin's name, so that its page may read the reply. Vary stands on every reply, or a cache might show one
    /// origin what another got.
    func fields(for request: Request) -> [(String, String)] {
        guard CORSPolicy.covers(request) else { return [] }
        let vary = ("Vary", "Origin")
        guard let origin = listedOrigin(of: request) else { return [vary] }
        return [
            ("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", CORSPolicy.replyFields), vary,
        ]
    }

    private static func covers(_ request: Request) -> Bool { request.path.hasPrefix("/api/v1/") }

    private func listedOrigin(of request: Request) -> String? {
        let sent = request.headers.all("origin")
        guard sent.count == 1, let origin = sent.first, origins.contains(origin) else { return nil }
        return origin
    }
}
