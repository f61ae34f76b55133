import Benchmark
import Gateway
import OpenSSL

/// Session tokens and what they are made of.
enum TokenBenchmarks {
    static let claims = TokenClaims(
        openID: "oGZUI0egBJY1zhBYw2KhdUfwVJJE",
        appID: "wx4f4bc4dec97d474b",
        sessionID: "AAECAwQFBgcICQoLDA0ODw",
        tokenID: "EBESExQVFhcYGRobHB0eHw",
        channel: .mini,
        issuedAt: 1_790_000_000,
        expiresAt: 1_790_604_800
    )

    static func add() {
        for algorithm in [TokenAlgorithm.hs256, .es256] {
            Benchmark("sign a token, \(algorithm)") { (benchmark, signer: TokenSigner) in
                for _ in benchmark.scaledIterations { blackHole(try signer.sign(claims)) }
            } setup: {
                try TokenSigner(key: try SigningKey.generate(algorithm))
            }
            Benchmark("verify a token, \(algorithm)") { (benchmark, pair: (TokenVerifier, BearerToken)) in
                for _ in benchmark.scaledIterations { blackHole(try pair.0.verify(pair.1, now: claims.issuedAt)) }
            } setup: {
                let key = try SigningKey.generate(algorithm)
                return (try TokenVerifier(keys: [key]), try TokenSigner(key: key).sign(claims))
            }
        }
        Benchmark("seal a session_key") { (benchmark, cipher: RecordCipher) in
            let key = Array("HyVFkGl5F5OQWJZZaNzBBg==".utf8)
            let user = User.Key(appID: claims.appID, openID: claims.openID)
            for _ in benchmark.scaledIterations { blackHole(try cipher.seal(key.span, for: .sessionKey, of: user)) }
        } setup: {
            try RecordCipher(keys: [try DataKey.generate()])
        }
        Benchmark("HMAC-SHA256 of 120 bytes") { (benchmark, hmac: HMACSHA256) in
            let message = [UInt8](repeating: 7, count: 120)
            for _ in benchmark.scaledIterations { blackHole(try hmac.code(for: message.span)) }
        } setup: {
            let key = [UInt8](repeating: 1, count: 32)
            return try HMACSHA256(key: key.span)
        }
    }
}
