import FoundationEssentials

/// The middle part of a token: the claims as JSON.
///
/// Written and read by hand, because a request should not pay Foundation's microseconds for seven members in an order
/// that we chose ourselves. Claims of another writer with our key (another release, a test) go through `readJSON`.
enum TokenPayload {
    /// Adds the JSON of `claims` to a buffer.
    static func append(_ claims: TokenClaims, to json: inout [UInt8]) {
        append(#"{"iss":""# + TokenClaims.issuer, to: &json)
        append(#"","sub":""#, to: &json)
        appendEscaped(claims.openID, to: &json)
        append(#"","aud":""#, to: &json)
        appendEscaped(claims.appID, to: &json)
        append(#"","sid":""#, to: &json)
        appendEscaped(claims.sessionID, to: &json)
        append(#"","jti":""#, to: &json)
        appendEscaped(claims.tokenID, to: &json)
        append(#"","channel":""#, to: &json)
        append(claims.channel.rawValue, to: &json)
        append(#"","iat":"#, to: &json)
        append(String(claims.issuedAt), to: &json)
        append(#","exp":"#, to: &json)
        append(String(claims.expiresAt), to: &json)
        append("}", to: &json)
    }

    /// What a payload whose signature is right comes to.
    enum Reading: Equatable {
        case claims(TokenClaims)
        /// Whole, but of another issuer.
        case foreign
        /// Not JSON, or not all members in their types.
        case malformed
    }

    /// Reads a payload of any writer.
    static func read(_ json: [UInt8]) -> Reading {
        readOwn(json).map(Reading.claims) ?? readJSON(json)
    }

    /// Reads exactly what `append` writes when nothing had to be escaped; nil for anything else.
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

    /// Reads any JSON with these members.
    static func readJSON(_ json: [UInt8]) -> Reading {
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(json)) else { return .malformed }
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

    private static func append(_ text: String, to json: inout [UInt8]) {
        json.append(contentsOf: text.utf8)
    }

    /// RFC 8259 section 7: quote, backslash and control characters must be escaped, nothing else.
    private static func appendEscaped(_ text: String, to json: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                json.append(UInt8(ascii: "\\"))
                json.append(byte)
            case 0..<0x10: append("\\u000" + String(byte, radix: 16), to: &json)
            case 0x10..<0x20: append("\\u00" + String(byte, radix: 16), to: &json)
            default: json.append(byte)
            }
        }
    }
}
