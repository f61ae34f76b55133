internal import HTTP
internal import HTTPServer

extension Request {
    /// Whether any Authorization field is of the scheme Bearer, good or not.
    var hasBearerScheme: Bool {
        headers.all("authorization").contains { $0.prefix { $0 != " " }.lowercased() == "bearer" }
    }

    /// Calls `body` with the token of `Authorization: Bearer` as it lies in the request, when that is the only such field.
    ///
    /// - Returns: nil without a call for everything else; `bearerToken()` says then what it is.
    func withBearerToken<Result>(
        _ body: (Span<UInt8>) throws(GatewayError) -> Result
    ) throws(GatewayError) -> Result? {
        let result = try headers.withOnly(lowercased: "authorization") { field throws(GatewayError) -> Result? in
            let scheme: StaticString = "bearer "
            let length = scheme.utf8CodeUnitCount
            guard field.count > length, field.extracting(first: length).isEqual(toLettersOf: scheme) else { return nil }
            var start = length
            while start < field.count, field[start] == UInt8(ascii: " ") { start += 1 }
            guard start < field.count else { return nil }
            return try body(field.extracting(droppingFirst: start))
        }
        return result ?? nil
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
