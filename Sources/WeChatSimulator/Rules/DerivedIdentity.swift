import OpenSSL

/// An identity that a name alone decides: the same name in the same app always gives the same user.
///
/// A load test that knows this rule knows whom each of its codes stands for.
public struct DerivedIdentity: Equatable, Sendable {
    /// The app's prefix and 22 characters out of the digest.
    public let openid: String
    /// The base64 of 16 bytes of the digest.
    let sessionKey: String

    /// The user for whom a code stands when each code is accepted.
    ///
    /// The user's name is the code up to its first dot, or the whole code: `u17.1` and `u17.2` are two codes of one user,
    /// and a code without a dot is its own user.
    public init(appid: String, code: String) {
        let code = code.utf8
        let name = code.prefix { $0 != UInt8(ascii: ".") }
        self.init(appid: appid, name: String(Substring(name)))
    }

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
