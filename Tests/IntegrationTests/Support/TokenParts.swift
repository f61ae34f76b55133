import Foundation

/// A token taken apart without asking whether it is good.
struct TokenParts {
    let header: [String: Any]
    let payload: [String: Any]

    init(_ token: String) throws {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw HTTPReply.Malformed(description: "\(parts.count) parts") }
        header = try Self.object(parts[0])
        payload = try Self.object(parts[1])
    }

    /// The random bytes of `sid` or `jti`.
    func id(_ name: String) -> [UInt8] {
        Array(TokenParts.bytes(of: payload[name] as? String ?? "") ?? Data())
    }

    /// Base64url without padding (RFC 7515 section 2).
    static func bytes(of text: some StringProtocol) -> Data? {
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }

    /// What stands for these bytes in a token.
    static func text(of bytes: Data) -> String {
        bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }

    private static func object(_ part: Substring) throws -> [String: Any] {
        guard let data = bytes(of: part), let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { throw HTTPReply.Malformed(description: "no JSON object in base64url") }
        return object
    }
}
