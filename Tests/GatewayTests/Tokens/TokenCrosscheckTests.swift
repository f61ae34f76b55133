import Foundation
import Gateway
import OpenSSL
import Testing

/// Tokens against PyJWT, an implementation that nobody here wrote, in both directions.
@Suite struct TokenCrosscheckTests {
    private static let keyBytes = (0..<32).map { UInt8($0) }

    private struct Order: Encodable {
        struct Item: Encodable {
            let headers: [String: String]
            let claims: Claims
        }

        let key: String
        let verify: [String]
        let sign: [Item]
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
    }

    @Test func `PyJWT accepts our tokens, and refuses changed and expired ones for the right reason`() throws {
        let key = try SigningKey(Self.keyBytes)
        let signer = try TokenSigner(key: key)
        let good = Self.samples
        var expired = TokenSamples.claims
        expired.expiresAt = expired.issuedAt + 1
        var otherApp = TokenSamples.claims
        otherApp.appID = "wx0000000000000000"
        let foreign = try TokenSigner(key: TokenSamples.key(9)).sign(TokenSamples.claims)
        let bad = [try signer.sign(expired), try signer.sign(otherApp), foreign]

        let tokens = try good.map { try signer.sign($0) } + bad
        let answer = try Self.run(Order(key: Self.keyHex, verify: tokens.map(\.string), sign: []))

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

    @Test func `we accept PyJWT's tokens`() throws {
        let key = try SigningKey(Self.keyBytes)
        let items = Self.samples.map { Order.Item(headers: ["kid": key.kid], claims: Claims($0)) }
        let unknown = Order.Item(headers: ["kid": "0123456789abcdef"], claims: Claims(TokenSamples.claims))
        let answer = try Self.run(Order(key: Self.keyHex, verify: [], sign: items + [unknown]))

        try #require(answer.signed.count == items.count + 1)
        let verifier = try TokenVerifier(keys: [key])
        for (claims, text) in zip(Self.samples, answer.signed) {
            #expect(try verifier.verify(BearerToken(text), now: TokenSamples.issuedAt) == .valid(claims))
        }
        let last = try #require(answer.signed.last)
        #expect(try verifier.verify(BearerToken(last), now: TokenSamples.issuedAt) == .unknown)
    }

    private static let keyHex = Hex.encode(keyBytes.span)

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
