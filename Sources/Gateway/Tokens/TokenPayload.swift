import HTTPServer

/// The middle part of a token: the claims as JSON.
///
/// Written and read by hand, because a request should not pay Foundation's microseconds for seven members in an order
/// that we chose ourselves. Claims of another writer with our key (another release, a test) go through `readJSON`.
enum TokenPayload {
    /// The JSON of `claims`.
    static func json(of claims: TokenClaims) -> [UInt8] {
        var json = JSONObjectWriter(capacity: 256)
        json.add("iss", TokenClaims.issuer)
        json.add("sub", claims.openID)
        json.add("aud", claims.appID)
        json.add("sid", claims.sessionID)
        json.add("jti", claims.tokenID)
        json.add("channel", claims.channel.rawValue)
        json.add("iat", Int(claims.issuedAt))
        json.add("exp", Int(claims.expiresAt))
        return json.finish()
    }

    /// What a payload whose signature is right comes to.
    enum Reading: Equatable {
        case claims(TokenClaims)
        /// Whole, but of another issuer.
        case foreign
        /// Not JSON, not all members in their types, or one of them twice.
        case malformed
    }

    /// Reads a payload of any writer.
    static func read(_ json: [UInt8]) -> Reading {
        readOwn(json).map(Reading.claims) ?? readJSON(json)
    }

    /// Reads exactly what `json(of:)` writes when nothing had to be escaped and no time is before 1970; nil for anything
    /// else.
    static func readOwn(_ json: [UInt8]) -> TokenClaims? {
        var cursor = PayloadCursor(json)
        guard
            cursor.skip(#"{"iss":""#), cursor.skip(TokenClaims.issuer),
            cursor.skip(#"","sub":""#), let openID = cursor.text(),
            cursor.skip(#"","aud":""#), let appID = cursor.text(),
            cursor.skip(#"","sid":""#), let sessionID = cursor.text(),
            cursor.skip(#"","jti":""#), let tokenID = cursor.text(),
            cursor.skip(#"","channel":""#), let channel = cursor.text().flatMap(SessionChannel.init(rawValue:)),
            cursor.skip(#"","iat":"#), let issuedAt = cursor.number(),
            cursor.skip(#","exp":"#), let expiresAt = cursor.number(),
            cursor.skip("}"), cursor.isAtEnd
        else { return nil }
        return TokenClaims(
            openID: openID,
            appID: appID,
            sessionID: sessionID,
            tokenID: tokenID,
            channel: channel,
            issuedAt: issuedAt,
            expiresAt: expiresAt
        )
    }

    /// Reads any JSON with these members, each of them once.
    static func readJSON(_ json: [UInt8]) -> Reading {
        guard let members = TokenJSON.decode(Members.self, from: json) else { return .malformed }
        guard members.iss == TokenClaims.issuer else { return .foreign }
        guard let channel = SessionChannel(rawValue: members.channel) else { return .malformed }
        return .claims(
            TokenClaims(
                openID: members.sub,
                appID: members.aud,
                sessionID: members.sid,
                tokenID: members.jti,
                channel: channel,
                issuedAt: members.iat,
                expiresAt: members.exp
            )
        )
    }

    private struct Members: Decodable {
        let iss, sub, aud, sid, jti, channel: String
        let iat, exp: Int64
    }
}
