internal import HTTP

/// Where the members stand in a payload of our own writing: the form that `TokenPayload.json(of:)` writes when nothing
/// had to be escaped and no time is before 1970.
struct OwnPayload {
    let openID: Range<Int>
    let appID: Range<Int>
    let sessionID: Range<Int>
    let tokenID: Range<Int>
    let channel: SessionChannel
    let issuedAt: Int64
    let expiresAt: Int64

    /// Nil for any other form, however good.
    init?(_ json: Span<UInt8>) {
        var cursor = PayloadCursor()
        guard
            cursor.skip(#"{"iss":"wxgate","sub":""#, in: json), let openID = cursor.text(in: json),
            cursor.skip(#"","aud":""#, in: json), let appID = cursor.text(in: json),
            cursor.skip(#"","sid":""#, in: json), let sessionID = cursor.text(in: json),
            cursor.skip(#"","jti":""#, in: json), let tokenID = cursor.text(in: json),
            cursor.skip(#"","channel":""#, in: json), let channel = OwnPayload.channel(at: &cursor, in: json),
            cursor.skip(#"","iat":"#, in: json), let issuedAt = cursor.number(in: json),
            cursor.skip(#","exp":"#, in: json), let expiresAt = cursor.number(in: json),
            cursor.skip("}", in: json), cursor.position == json.count
        else { return nil }
        self.openID = openID
        self.appID = appID
        self.sessionID = sessionID
        self.tokenID = tokenID
        self.channel = channel
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    /// The claims as values of their own.
    func claims(in json: Span<UInt8>) -> TokenClaims {
        TokenClaims(
            openID: json.extracting(openID).text(),
            appID: json.extracting(appID).text(),
            sessionID: json.extracting(sessionID).text(),
            tokenID: json.extracting(tokenID).text(),
            channel: channel,
            issuedAt: issuedAt,
            expiresAt: expiresAt
        )
    }

    private static func channel(at cursor: inout PayloadCursor, in json: Span<UInt8>) -> SessionChannel? {
        // As SessionChannel names them; a new one has to be added here to be read at all without Foundation.
        if cursor.skip("mini", in: json) { return .mini }
        if cursor.skip("web", in: json) { return .web }
        return nil
    }
}
