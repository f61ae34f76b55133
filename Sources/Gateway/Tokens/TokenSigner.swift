internal import HTTP
public import OpenSSL

/// Writes tokens (RFC 7519) with one key. One instance a loop: it keeps the key's contexts.
public final class TokenSigner {
    /// Of a dot and the longest signature, 64 bytes.
    private static let signatureCountMax = 1 + Base64.urlSafeCharacterCount(of: 64)

    private enum Scheme {
        /// With what comes of as much of the header as fills whole blocks: it is the same in all tokens.
        case hmac(HMACSHA256, HMACSHA256.Beginning)
        case elliptic(EllipticSigner)
    }

    private let scheme: Scheme
    /// The encoded header and its dot.
    private let start: [UInt8]

    /// - Throws: `OpenSSLError` when the library has not what it takes or no memory.
    public init(key: SigningKey) throws(OpenSSLError) {
        let start = TokenHeader.encoded(of: key) + [UInt8(ascii: ".")]
        self.start = start
        switch key.material {
        case .bytes(let bytes):
            let hmac = try HMACSHA256(key: bytes.span)
            scheme = .hmac(hmac, try hmac.beginning(start.span))
        case .elliptic(let key):
            scheme = .elliptic(try EllipticSigner(key: key))
        }
    }

    /// The token for these claims; the same claims give the same token, but for ES256, whose signatures are never the same.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func sign(_ claims: TokenClaims) throws(OpenSSLError) -> BearerToken {
        let json = TokenPayload.json(of: claims)
        return try token(of: json.span).get()
    }

    /// The token that ``TokenSeed/claims(of:channel:)`` would give.
    ///
    /// - Parameters:
    ///   - sessionID: the characters of the seed's.
    ///   - tokenID: likewise.
    /// - Throws: as ``sign(_:)``.
    func sign(
        _ seed: TokenSeed,
        sessionID: [22 of UInt8],
        tokenID: [22 of UInt8],
        for user: User.Key,
        channel: SessionChannel
    ) throws(OpenSSLError) -> BearerToken {
        let token = TokenPayload.withJSON(
            openID: user.openID.utf8Span.span,
            appID: user.appID.utf8Span.span,
            sessionID: sessionID,
            tokenID: tokenID,
            channel: channel,
            issuedAt: seed.issuedAt,
            expiresAt: seed.expiresAt
        ) { json in
            self.token(of: json)
        }
        guard let token else { return try sign(seed.claims(of: user, channel: channel)) }
        return try token.get()
    }

    private func token(of json: Span<UInt8>) -> Result<BearerToken, OpenSSLError> {
        let start = start
        let jsonCount = Base64.urlSafeCharacterCount(of: json.count)
        var failure: OpenSSLError?
        return RowWriter.with(countMax: start.count + jsonCount + Self.signatureCountMax) { text in
            text.put(start.span)
            text.put(base64: json)
            do throws(OpenSSLError) {
                try putSignature(into: &text)
            } catch {
                failure = error
            }
        } then: { text in
            if let failure { return .failure(failure) }
            return .success(BearerToken(text.text()))
        }
    }

    /// The dot and what signs all before it.
    private func putSignature(into text: inout RowWriter) throws(OpenSSLError) {
        switch scheme {
        case .hmac(let hmac, let beginning):
            let signature = try text.withBytes { text throws(OpenSSLError) in
                try hmac.code(for: text, after: beginning)
            }
            text.put(plain: ".")
            text.put(base64: signature.span)
        case .elliptic(let signer):
            let signature = try text.withBytes { text throws(OpenSSLError) in try signer.sign(text) }
            text.put(plain: ".")
            text.put(base64: signature.span)
        }
    }
}
