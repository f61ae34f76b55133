internal import HTTP
public import OpenSSL

/// Says whether a text is a token of this gateway. One instance a loop: it keeps contexts for each key.
///
/// Knows nothing of sessions: a valid token may be of one that ended.
@safe public final class TokenVerifier {
    /// What a text turned out to be.
    public enum Verdict: Equatable, Sendable {
        /// Signed by one of the keys and not expired.
        case valid(TokenClaims)
        /// Signed by one of the keys, but at or after its `exp`.
        case expired(TokenClaims)
        /// Not a token: over 4 KiB, not three parts of strict url-safe Base64, or no JSON in them.
        case malformed
        /// A token, but not ours: wrong signature, unknown key, any algorithm but that of the keys, another
        /// issuer.
        case unknown
    }

    /// Bound of a token's text. Our own have about 400 bytes; longer ones are not worth hashing.
    static let byteCountMax = 4096

    /// A class: what is kept of a key is too much to be copied at each check.
    private final class Key {
        let kid: String
        let header: [UInt8]
        let scheme: Scheme
        /// Characters of a signature by it, all of which are of one length.
        let signatureCharacterCount: Int

        init(_ key: SigningKey, header: [UInt8], scheme: Scheme) {
            kid = key.kid
            self.header = header
            self.scheme = scheme
            // RFC 7518 sections 3.2 and 3.4, RFC 8037 section 3.1: 32 and 64 bytes.
            signatureCharacterCount =
                switch key.algorithm {
                case .hs256: 43
                case .es256, .edDSA: 86
                }
        }

        /// The dots of a text that begins with our usual header and has its second dot where a signature of ours would
        /// follow. A third dot may be in the payload, which then is no Base64.
        func dots(in text: Span<UInt8>) -> (first: Int, second: Int)? {
            let dot = UInt8(ascii: ".")
            let header = header
            let first = header.count
            let second = text.count - 1 - signatureCharacterCount
            guard
                second > first, text[first] == dot, text[second] == dot,
                text.extracting(first: first).isEqual(to: header.span)
            else { return nil }
            return (first, second)
        }
    }

    private enum Scheme {
        /// With the beginning of a message that has the key's usual header.
        case hmac(HMACSHA256, HMACSHA256.Beginning)
        case elliptic(EllipticVerifier)

        init(_ key: SigningKey, header: [UInt8]) throws(OpenSSLError) {
            switch key.material {
            case .bytes(let bytes):
                let hmac = try HMACSHA256(key: bytes.span)
                self = .hmac(hmac, try hmac.beginning(header.span))
            case .elliptic(let key): self = .elliptic(try EllipticVerifier(key: key))
            }
        }

        /// The key alone says how; a token has no say in it.
        func isSignature(
            _ signature: Span<UInt8>,
            of signed: Span<UInt8>,
            hasUsualHeader: Bool
        ) throws(OpenSSLError) -> Bool {
            switch self {
            case .hmac(let hmac, let beginning) where hasUsualHeader:
                let code = try hmac.code(for: signed, after: beginning)
                return ConstantTime.equals(code.span, signature)
            case .hmac(let hmac, _): return try hmac.isCode(signature, for: signed)
            case .elliptic(let verifier): return try verifier.isSignature(signature, of: signed)
            }
        }
    }

    private let keys: [Key]
    private let algorithm: TokenAlgorithm
    private let sha256: SHA256
    /// Room for the payload of one token, which counts for nothing before its signature was checked. Plain memory, because
    /// each access to an array that a class keeps is checked at run time.
    private let payload = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: byteCountMax)
    /// Room for the signature of one token.
    private let signature = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: byteCountMax)
    /// The app of the last token: most gateways have few, and a name that is here need not be made again.
    private var lastAppID = ""

    /// Takes every key that a live token may name, the most used first; all of them of one algorithm. Without any, every
    /// token is unknown.
    ///
    /// - Throws: `OpenSSLError` when the library has not what it takes or no memory.
    public init(keys: [SigningKey]) throws(OpenSSLError) {
        let algorithm = keys.first?.algorithm ?? .hs256
        precondition(keys.allSatisfy { $0.algorithm == algorithm }, "all keys of a gateway are of one algorithm")
        self.algorithm = algorithm
        self.keys = try keys.map { key throws(OpenSSLError) in
            let header = TokenHeader.encoded(of: key)
            return Key(key, header: header, scheme: try Scheme(key, header: header))
        }
        sha256 = try SHA256()
    }

    /// Judges `token` at `now` (Unix seconds). Nothing that it says is believed before its signature was checked.
    ///
    /// Two texts may be the same token, by another order of header members or by the second signature that ECDSA allows;
    /// what counts is the `jti` in it. `iat` decides nothing: when clocks differ or are set back, a token from the near
    /// future is still ours.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func verify(_ token: BearerToken, now: Int64) throws(OpenSSLError) -> Verdict {
        switch try authenticate(token.string.utf8Span.span) {
        case .malformed: return .malformed
        case .unknown: return .unknown
        case .authentic(let byteCount):
            let payload = unsafe UnsafeBufferPointer(rebasing: payload[..<byteCount])
            switch TokenPayload.read(unsafe payload.span) {
            case .claims(let claims): return now < claims.expiresAt ? .valid(claims) : .expired(claims)
            case .foreign: return .unknown
            case .malformed: return .malformed
            }
        }
    }

    /// Judges a token as ``verify(_:now:)`` does, for a request that wants to find its session and nothing more.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    func prove(_ text: Span<UInt8>, now: Int64) throws(OpenSSLError) -> TokenProof {
        try prove(text, now: now) { appID, openID, digests, expiresAt in
            let user = User.Key(appID: self.appID(appID), openID: openID.text())
            return ProvenToken(user: user, digests: digests, expiresAt: expiresAt)
        }
    }

    /// The same for who needs nothing of the token behind the call: its names are shown to `show` where they lie.
    ///
    /// - Parameter show: gets the app and the user, and what the session is found by; not called but for a good token.
    @inline(__always)
    func prove<Proof>(
        _ text: Span<UInt8>,
        now: Int64,
        _ show: (_ appID: Span<UInt8>, _ openID: Span<UInt8>, TokenDigests, _ expiresAt: Int64) -> Proof
    ) throws(OpenSSLError) -> TokenJudgement<Proof> {
        switch try authenticate(text) {
        case .malformed: return .malformed
        case .unknown: return .unknown
        case .authentic(let byteCount):
            let payload = unsafe UnsafeBufferPointer(rebasing: payload[..<byteCount])
            let json = unsafe payload.span
            guard let own = OwnPayload(json) else { return try prove(foreign: json, now: now, show) }
            guard now < own.expiresAt else { return .expired }
            let digests = TokenDigests(
                sid: try TokenDigest(of: json.extracting(own.sessionID), by: sha256),
                jti: try TokenDigest(of: json.extracting(own.tokenID), by: sha256)
            )
            return .valid(show(json.extracting(own.appID), json.extracting(own.openID), digests, own.expiresAt))
        }
    }

    private func appID(_ text: Span<UInt8>) -> String {
        let last = lastAppID
        if text.isEqual(to: last.utf8Span.span) { return last }
        let appID = text.text()
        lastAppID = appID
        return appID
    }

    /// The same for a payload that another writer signed with our key.
    private func prove<Proof>(
        foreign json: Span<UInt8>,
        now: Int64,
        _ show: (_ appID: Span<UInt8>, _ openID: Span<UInt8>, TokenDigests, _ expiresAt: Int64) -> Proof
    ) throws(OpenSSLError) -> TokenJudgement<Proof> {
        switch TokenPayload.read(json) {
        case .foreign: return .unknown
        case .malformed: return .malformed
        case .claims(let claims):
            guard now < claims.expiresAt else { return .expired }
            let digests = try TokenDigests(of: claims, by: sha256)
            return .valid(
                show(claims.appID.utf8Span.span, claims.openID.utf8Span.span, digests, claims.expiresAt)
            )
        }
    }

    private enum Authenticity {
        /// Signed by one of our keys; so many bytes of `payload` are its.
        case authentic(payloadByteCount: Int)
        case malformed
        case unknown
    }

    /// Whether a text is signed by one of the keys. What its payload says is not looked at.
    private func authenticate(_ text: Span<UInt8>) throws(OpenSSLError) -> Authenticity {
        guard text.count <= Self.byteCountMax else { return .malformed }
        // A header of ours is always the same bytes; others are read as JSON. Plain comparison: headers are public.
        for key in keys {
            if let dots = key.dots(in: text) { return try authenticate(text, dots, by: key) }
        }
        guard let dots = Self.dots(in: text) else { return .malformed }
        return try authenticate(text, dots, by: nil)
    }

    /// - Parameter usual: the key whose usual header the text has, if that was seen; else the header names one.
    private func authenticate(
        _ text: Span<UInt8>,
        _ dots: (first: Int, second: Int),
        by usual: Key?
    ) throws(OpenSSLError) -> Authenticity {
        let signed = text.extracting(first: dots.second)
        guard
            let byteCount = unsafe Self.decode(signed.extracting(droppingFirst: dots.first + 1), into: payload),
            let signatureByteCount = unsafe Self.decode(
                text.extracting(droppingFirst: dots.second + 1),
                into: signature
            )
        else { return .malformed }
        let signature = unsafe UnsafeBufferPointer(rebasing: signature[..<signatureByteCount])

        let isSigned: Bool
        if let usual {
            isSigned = try usual.scheme.isSignature(unsafe signature.span, of: signed, hasUsualHeader: true)
        } else {
            switch find(header: text.extracting(first: dots.first)) {
            case .named(let key):
                isSigned = try key.scheme.isSignature(unsafe signature.span, of: signed, hasUsualHeader: false)
            case .unknown: return .unknown
            case .malformed: return .malformed
            }
        }
        return isSigned ? .authentic(payloadByteCount: byteCount) : .unknown
    }

    private enum KeySearch {
        /// The header names this key.
        case named(Key)
        case unknown
        case malformed
    }

    private func find(header: Span<UInt8>) -> KeySearch {
        switch TokenHeader.read(header, algorithm: algorithm) {
        case .kid(let kid): return keys.first { $0.kid == kid }.map(KeySearch.named) ?? .unknown
        case .refused: return .unknown
        case .malformed: return .malformed
        }
    }

    /// The positions of the two dots; nil when there are fewer or more.
    private static func dots(in text: Span<UInt8>) -> (first: Int, second: Int)? {
        let dot = UInt8(ascii: ".")
        guard
            let first = text.firstIndex(of: dot, from: 0),
            let second = text.firstIndex(of: dot, from: first + 1),
            text.firstIndex(of: dot, from: second + 1) == nil
        else { return nil }
        return (first, second)
    }

    private static func decode(_ text: Span<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        var room = unsafe room.mutableSpan
        return Base64.decodeURLSafe(text, into: &room)
    }

    deinit {
        unsafe payload.deallocate()
        unsafe signature.deallocate()
    }
}
