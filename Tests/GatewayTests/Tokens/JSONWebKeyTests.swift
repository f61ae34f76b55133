import Gateway
import Testing

@Suite struct JSONWebKeyTests {
    private func json(_ algorithm: TokenAlgorithm) throws -> String {
        String(decoding: try #require(try KeySamples.key(algorithm).publicKey).json, as: UTF8.self)
    }

    @Test func `the thumbprint is that of RFC 8037, and P-256's is made the same way`() throws {
        // RFC 8037 appendix A.3.
        #expect(try KeySamples.key(.edDSA).kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        // Python: b64url(sha256(b'{"crv":"P-256","kty":"EC","x":"cMWE…","y":"HwTu…"}')).
        #expect(try KeySamples.key(.es256).kid == "4MKjHYZWi__aVyS4b8ppGePfOovBcRwGqTr2X2vI5E4")
    }

    @Test func `a key is written with its use and no private half`() throws {
        #expect(
            try json(.edDSA) == """
                {"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",\
                "kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k","use":"sig","alg":"EdDSA"}
                """
        )
        let kid = try KeySamples.key(.es256).kid
        #expect(
            try json(.es256) == """
                {"crv":"P-256","kty":"EC","x":"cMWEM4rf-SC-lOltlbew2Ivifbz16aaHsItkLN0FOHg",\
                "y":"HwTuMKO45yGccDvIoTmBwwuWO1Dxk0ojpFWeJLTIbOM","kid":"\(kid)","use":"sig","alg":"ES256"}
                """
        )
    }

    @Test func `an HS256 key has no public half`() throws {
        #expect(try KeySamples.key(.hs256).publicKey == nil)
    }
}
