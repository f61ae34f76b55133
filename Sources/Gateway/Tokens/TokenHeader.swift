import FoundationEssentials
import OpenSSL

/// The first part of a token (RFC 7515 section 4).
enum TokenHeader {
    /// The only algorithm there is. What a token says of its own algorithm is compared with this and decides nothing.
    static let algorithm = "HS256"

    /// The whole first part of tokens of one key, encoded; the same in each of them.
    static func encoded(kid: String) -> [UInt8] {
        let json = Array(#"{"alg":"\#(algorithm)","typ":"JWT","kid":"\#(kid)"}"#.utf8)
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
        /// Not the url-safe Base64 text of a JSON object.
        case malformed
    }

    /// Reads an encoded first part.
    static func read(_ text: Span<UInt8>) -> Reading {
        guard
            let json = Base64.decodeURLSafe(text),
            let members = try? JSONDecoder().decode(Members.self, from: Data(json))
        else { return .malformed }
        guard members.alg == algorithm, !members.isCritical, let kid = members.kid else { return .refused }
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
