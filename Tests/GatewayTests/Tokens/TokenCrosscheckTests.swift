import Foundation
import HTTP
import HTTPServer
import OpenSSL
import Testing

@testable import Gateway

/// Tokens against PyJWT, an implementation that nobody here wrote, in both directions.
@Suite struct TokenCrosscheckTests {
    private struct Order: Encodable {
        struct Item: Encodable {
            let headers: [String: String]
            let claims: Claims
        }

        let algorithm: String
        let signingKey: String
        let jwks: String?
        let verify: [String]
        let sign: [Item]

        /// `key` signs; the document has an older key too.
        init(_ key: SigningKey, older: SigningKey, verify: [String] = [], sign: [Item] = []) throws {
            algorithm = key.algorithm.rawValue
            let bytes = (0..<32).map { UInt8($0) }
            signingKey = key.algorithm == .hs256 ? Hex.encode(bytes.span) : try key.keyFileText()
            let request = try GatewaySamples.request(.get, "/.well-known/jwks.json")
            let document = JWKSRoute(keys: [key, older]).keys(request).body
            jwks = key.algorithm == .hs256 ? nil : String(decoding: document, as: UTF8.self)
            self.verify = verify
            self.sign = sign
        }

        private enum CodingKeys: String, CodingKey {
            case algorithm, jwks, verify, sign
            case signingKey = "signing_key"
        }
    }

    private struct Claims: Codable {
        var iss = "wxgate"
        let sub, aud, sid, jti, channel: String
        let iat, exp: Int64

        init(_ claims: TokenClaims) {
            (sub, aud, sid, jti) = (claims.openID, claims.appID, claims.sessionID, claims.tokenID)
            (channel, iat, exp) = (claims.channel.rawValue, claims.issuedAt, claims.expiresAt)
        }
    }

    private struct Answer: Decodable {
        struct Verified: Decodable {
            let error, kid, iss, sub, aud, sid, jti, channel: String?
            let iat, exp: Int64?
        }

        let verified: [Verified]
        let signed: [String]
        let thumbprints: [String]
    }

    @Test(arguments: TokenAlgorithm.allCases)
    func `PyJWT accepts our tokens by our public keys, and refuses others for the right reason`(
        algorithm: TokenAlgorithm
    ) throws {
        let (key, older) = (try KeySamples.key(algorithm), try SigningKey.generate(algorithm))
        let signer = try TokenSigner(key: key)
        let good = Self.samples
        var expired = TokenSamples.claims
        expired.expiresAt = expired.issuedAt + 1
        var otherApp = TokenSamples.claims
        otherApp.appID = "wx0000000000000000"
        let own = try signer.sign(TokenSamples.claims).string
        let forged = try TokenSigner(key: older).sign(TokenSamples.claims).string
        // The head and claims of one token with the signature of another key.
        let mixed = own.split(separator: ".").dropLast().joined(separator: ".")
        let signature = try #require(forged.split(separator: ".").last)
        let bad = [try signer.sign(expired).string, try signer.sign(otherApp).string, mixed + "." + signature]

        let tokens = try good.map { try signer.sign($0).string } + bad
        let answer = try Self.run(Order(key, older: older, verify: tokens))

        try #require(answer.verified.count == tokens.count)
        for (claims, seen) in zip(good, answer.verified) {
            #expect(seen.error == nil)
            #expect(seen.kid == key.kid && seen.iss == "wxgate")
            #expect(seen.sub == claims.openID && seen.aud == claims.appID)
            #expect(seen.sid == claims.sessionID && seen.jti == claims.tokenID)
            #expect(seen.channel == claims.channel.rawValue)
            #expect(seen.iat == claims.issuedAt && seen.exp == claims.expiresAt)
        }
        let errors = answer.verified.suffix(bad.count).map(\.error)
        #expect(errors == ["ExpiredSignatureError", "InvalidAudienceError", "InvalidSignatureError"])
    }

    @Test(arguments: [TokenAlgorithm.es256, .edDSA])
    func `generated keys, each by its kid, are those of the document and of its thumbprints`(
        algorithm: TokenAlgorithm
    ) throws {
        let (key, older) = (try SigningKey.generate(algorithm), try SigningKey.generate(algorithm))
        let tokens = try [key, older].map { try TokenSigner(key: $0).sign(TokenSamples.claims).string }
        let stranger = try TokenSigner(key: SigningKey.generate(algorithm)).sign(TokenSamples.claims).string
        let answer = try Self.run(Order(key, older: older, verify: tokens + [stranger]))
        #expect(answer.verified.map(\.error) == [nil, nil, "kid"])
        #expect(answer.thumbprints == [key.kid, older.kid])
    }

    @Test(arguments: TokenAlgorithm.allCases) func `we accept PyJWT's tokens`(algorithm: TokenAlgorithm) throws {
        let (key, older) = (try KeySamples.key(algorithm), try SigningKey.generate(algorithm))
        let items = Self.samples.map { Order.Item(headers: ["kid": key.kid], claims: Claims($0)) }
        let unknown = Order.Item(headers: ["kid": "0123456789abcdef"], claims: Claims(TokenSamples.claims))
        // Right but for its kid, which names another key.
        let other = Order.Item(headers: ["kid": older.kid], claims: Claims(TokenSamples.claims))
        let answer = try Self.run(Order(key, older: older, sign: items + [unknown, other]))

        try #require(answer.signed.count == items.count + 2)
        let verifier = try TokenVerifier(keys: [key, older])
        for (claims, text) in zip(Self.samples, answer.signed) {
            #expect(try verifier.verify(BearerToken(text), now: TokenSamples.issuedAt) == .valid(claims))
        }
        for text in answer.signed.suffix(2) {
            #expect(try verifier.verify(BearerToken(text), now: TokenSamples.issuedAt) == .unknown)
        }
    }

    /// Usual claims, and each text that JSON could trip over.
    private static let samples: [TokenClaims] =
        [TokenSamples.claims]
        + TokenSamples.nasty.map { text in
            var claims = TokenSamples.claims
            claims.openID = text
            claims.sessionID = text + text
            claims.channel = .web
            return claims
        }

    private struct PythonMissing: Error, CustomStringConvertible {
        let description = "WXGATE_TEST_PYTHON names no Python with PyJWT: run `make test`, which sets both up"
    }

    private struct PythonFailed: Error {
        let status: Int32
    }

    private static func run(_ order: Order) throws -> Answer {
        guard let python = ProcessInfo.processInfo.environment["WXGATE_TEST_PYTHON"], !python.isEmpty else {
            throw PythonMissing()
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "crosscheck.py")
        process.arguments = [script.path(percentEncoded: false)]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Far below the size of a pipe, so neither side waits for the other.
        try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(order))
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PythonFailed(status: process.terminationStatus) }
        return try JSONDecoder().decode(Answer.self, from: answer)
    }
}
