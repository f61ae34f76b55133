internal import HTTP
internal import HTTPServer

extension Request {
    /// Whether any Authorization field is of the scheme Bearer, good or not.
    var hasBearerScheme: Bool {
        headers.all("authorization").contains { $0.prefix { $0 != " " }.lowercased() == "bearer" }
    }

    /// The token of `Authorization: Bearer` (RFC 6750 section 2.1).
    ///
    /// - Throws: `invalidToken` with `missing` or `malformed`.
    func bearerToken() throws(GatewayError) -> BearerToken {
        guard let token = try optionalBearerToken() else { throw .invalidToken(.missing) }
        return token
    }

    /// The token, or nil when there is no Authorization field at all.
    ///
    /// - Throws: `invalidToken` with `malformed` for another scheme or several fields.
    func optionalBearerToken() throws(GatewayError) -> BearerToken? {
        let fields = headers.all("authorization")
        guard let field = fields.first else { return nil }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard fields.count == 1, parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw .invalidToken(.malformed)
        }
        return BearerToken(String(parts[1].drop { $0 == " " }))
    }
}
