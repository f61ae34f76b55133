import OpenSSL

/// The first part of a token (RFC 7515 section 4).
enum TokenHeader {
    /// The whole first part of tokens of one key, encoded; the same in each of them.
    static func encoded(of key: SigningKey) -> [UInt8] {
        let json = Array(#"{"alg":"\#(key.algorithm.rawValue)","typ":"JWT","kid":"\#(key.kid)"}"#.utf8)
        var text: [UInt8] = []
        Base64.appendURLSafe(json.span, to: &text)
        return text
    }

    /// What the header of a token by another writer comes to.
    enum Reading: Equatable {
        /// A key id to look up, with the right algorithm.
        case kid(String)
        /// A header, but another algorithm, no key id, or an extension that must be understood (`crit`).
        case refused
        /// Not the url-safe Base64 text of a JSON object, or one that names a member twice.
        case malformed
    }

    /// Reads an encoded first part. What it says of its algorithm is compared with `algorithm`, which is the gateway's one,
    /// and decides nothing else; keys and addresses of keys that it brings along (`jwk`, `jku`, `x5c`, `x5u`) are not read.
    static func read(_ text: Span<UInt8>, algorithm: TokenAlgorithm) -> Reading {
        guard
            let json = Base64.decodeURLSafe(text),
            let members = TokenJSON.decode(Members.self, from: json)
        else { return .malformed }
        guard members.alg == algorithm.rawValue, !members.isCritical, let kid = members.kid else { return .refused }
        return .kid(kid)
    }

    private struct Members: Decodable {
        let alg: String?
        let kid: String?
        let isCritical: Bool

        private enum CodingKeys: String, CodingKey {
            case alg, kid, crit
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            alg = try? container.decode(String.self, forKey: .alg)
            kid = try? container.decode(String.self, forKey: .kid)
            isCritical = container.contains(.crit)
        }
    }
}
