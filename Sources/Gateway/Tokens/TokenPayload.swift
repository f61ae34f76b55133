internal import HTTP
internal import HTTPServer

/// The middle part of a token: the claims as JSON.
///
/// Written and read by hand, because a request should not pay Foundation's microseconds for seven members in an order
/// that we chose ourselves. Claims of another writer with our key (another release, a test) go through `readJSON`.
enum TokenPayload {
    /// The JSON of `claims`.
    static func json(of claims: TokenClaims) -> [UInt8] {
        var json = JSONObjectWriter(capacity: 320)
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
    static func read(_ json: Span<UInt8>) -> Reading {
        if let own = OwnPayload(json) { return .claims(own.claims(in: json)) }
        return readJSON(json.array())
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
