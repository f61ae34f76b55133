internal import HTTPServer

/// `GET /.well-known/jwks.json`: the public keys, for who verifies tokens by himself (contract section 5).
///
/// Tokens that verify may be of a session that ended: only the gateway knows that. Every key that a live token may name
/// is in it, so during a rotation the old and the new one. Empty for HS256, which has no public half.
struct JWKSRoute {
    private let response: Response

    init(keys: [SigningKey]) {
        var json = JSONObjectWriter()
        json.add("keys", json: Self.array(of: keys.compactMap(\.publicKey?.json)))
        response = .json(json.finish())
    }

    func keys(_ request: Request) -> Response { response }

    private static func array(of elements: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "[")] + elements.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }
}
