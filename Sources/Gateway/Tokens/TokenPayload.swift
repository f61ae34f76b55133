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

    /// Of the JSON of claims, all but the texts in it: names, marks, a channel and two times.
    private static let fixedByteCountMax = 128

    /// Hands on the JSON of claims whose texts are there as UTF-8: the same as ``json(of:)``, at a sixth of its price.
    ///
    /// - Returns: what the body makes of it; nil when something has to be escaped, or a time is before 1970.
    static func withJSON<Result>(
        openID: Span<UInt8>,
        appID: Span<UInt8>,
        sessionID: [22 of UInt8],
        tokenID: [22 of UInt8],
        channel: SessionChannel,
        issuedAt: Int64,
        expiresAt: Int64,
        _ body: (Span<UInt8>) -> Result
    ) -> Result? {
        guard openID.firstToEscape(from: 0) == openID.count, appID.firstToEscape(from: 0) == appID.count else {
            return nil
        }
        guard issuedAt >= 0, expiresAt >= 0 else { return nil }
        let countMax = fixedByteCountMax + openID.count + appID.count + 2 * sessionID.count
        return RowWriter.with(countMax: countMax) { json in
            json.put(plain: #"{"iss":"wxgate","sub":""#)
            json.put(openID)
            json.put(plain: #"","aud":""#)
            json.put(appID)
            json.put(plain: #"","sid":""#)
            json.put(sessionID.span)
            json.put(plain: #"","jti":""#)
            json.put(tokenID.span)
            json.put(plain: #"","channel":""#)
            switch channel {
            case .mini: json.put(plain: "mini")
            case .web: json.put(plain: "web")
            }
            json.put(plain: #"","iat":"#)
            json.put(digitsOf: UInt64(issuedAt))
            json.put(plain: #","exp":"#)
            json.put(digitsOf: UInt64(expiresAt))
            json.put(plain: "}")
        } then: {
            body($0)
        }
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
