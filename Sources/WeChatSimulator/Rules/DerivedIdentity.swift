import OpenSSL

/// An identity that a name alone decides: the same name in the same app always gives the same user.
struct DerivedIdentity: Equatable, Sendable {
    /// The app's prefix and 22 characters out of the digest.
    let openid: String
    /// The base64 of 16 bytes of the digest.
    let sessionKey: String

    init(appid: String, name: String) {
        var message = Array(appid.utf8)
        message.reserveCapacity(message.count + 1 + name.utf8.count)
        message.append(0)
        message.append(contentsOf: name.utf8)
        let digest = Self.sha256(message)

        var openid = Array(Identifier.openidPrefix(appid: appid).utf8)
        openid.reserveCapacity(28)
        for byte in digest.prefix(22) { openid.append(Identifier.openidCharacter(for: byte)) }
        self.openid = String(decoding: openid, as: UTF8.self)
        sessionKey = Base64.encode(digest.span.extracting(16..<32))
    }

    private static func sha256(_ message: [UInt8]) -> [UInt8] {
        do {
            return try Digest.sha256(message.span)
        } catch {
            preconditionFailure("SHA-256 of a short message needs nothing but a working libcrypto: \(error)")
        }
    }
}
