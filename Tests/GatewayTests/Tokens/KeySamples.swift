import Gateway
import OpenSSL
import Testing

/// Keys of all algorithms. None of them opens anything anywhere.
enum KeySamples {
    /// RFC 8037 appendix A.1 in PKCS#8.
    static let ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """
    static let p256 = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBl7aWzoOL2ktA927
        SaUmJ7pq9LXtKh6ekjYzE+hPc7yhRANCAARwxYQzit/5IL6U6W2Vt7DYi+J9vPXp
        poewi2Qs3QU4eB8E7jCjuOchnHA7yKE5gcMLljtQ8ZNKI6RVniS0yGzj
        -----END PRIVATE KEY-----
        """
    /// The same key in SEC 1, as `openssl ecparam -genkey` writes it.
    static let p256SEC1 = """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIAZe2ls6Di9pLQPdu0mlJie6avS17SoenpI2MxPoT3O8oAoGCCqGSM49
        AwEHoUQDQgAEcMWEM4rf+SC+lOltlbew2Ivifbz16aaHsItkLN0FOHgfBO4wo7jn
        IZxwO8ihOYHDC5Y7UPGTSiOkVZ4ktMhs4w==
        -----END EC PRIVATE KEY-----
        """
    static let encrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIH0MF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBBOQVYoSys6r84KlptQ
        KA19AgIIADAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQKEnDzT6VhgsrNMDW
        YXNpvwSBkLD8jp8tgayjTAY+/jOcPVS0RfiZGK+kKIja2HtwtaUlTL1tLKQE7g5L
        Gf2DCFGYbyJ5MjtuyyHIWMbt89+VWayPi1EQJxT41k3yc6akUChgCGq3dZ0uMUbD
        A5ZtsTlLqHefFaSd72cvzrsmupDVlgCxlbumumsK3DHPf+lWzH1RTixWohbEEiMA
        +K0E3XnfYQ==
        -----END ENCRYPTED PRIVATE KEY-----
        """
    /// The public half of `p256`.
    static let p256Public = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEcMWEM4rf+SC+lOltlbew2Ivifbz1
        6aaHsItkLN0FOHgfBO4wo7jnIZxwO8ihOYHDC5Y7UPGTSiOkVZ4ktMhs4w==
        -----END PUBLIC KEY-----
        """
    /// The public half of `ed25519` (RFC 8410 section 4).
    static let ed25519Public = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
        -----END PUBLIC KEY-----
        """
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBbDCCAROgAwIBAgIUOdl2Hv2ehpqFqawUCRTkR0KaPh4wCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBeDAeFw0yNjExMjEwNTI3MjZaFw0yNjExMjQwNTI3MjZaMAwx
        CjAIBgNVBAMMAXgwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARb6ffShHbp/TQZ
        HJ97A/FgcU9UnUTh9dffXEcQZn2YkpaEL3+zfUZ44cndyOYUSna68i41wHYaMUWP
        0HASf04ko1MwUTAdBgNVHQ4EFgQUOnaTZ6Xa99IPa7xuOFcc/0kCJbYwHwYDVR0j
        BBgwFoAUOnaTZ6Xa99IPa7xuOFcc/0kCJbYwDwYDVR0TAQH/BAUwAwEB/zAKBggq
        hkjOPQQDAgNHADBEAiAEFHrPsB4Mc/sWtmJGlaN2UbmWLsf2UsSycRiGy+9ELQIg
        EjuM/roHY/SG5FCCKbMFwSAy3ATIeZKLDO2r/jrJ+fg=
        -----END CERTIFICATE-----
        """
    static let p384 = """
        -----BEGIN PRIVATE KEY-----
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBwdrdoXGPJ7N9ev1KJ
        rxyYG83y5fKfQUFIv/Z87Z0y1uPIXmkpm/S6PyhHPSzyY7WhZANiAAQnqmfz2KWu
        cYf3Vl/cmuS4mFZRFvL/YSipQYdaupEWB2nDExBXFTt6MYZLbiPA9bS/fgrmZdsS
        OsM/njdh2MGLvb0+fJj9DkGtCKQggz22dIKf9hqJ0GW1B54HFSbF2FY=
        -----END PRIVATE KEY-----
        """

    /// One key of each algorithm, always the same.
    static func key(_ algorithm: TokenAlgorithm) throws -> SigningKey {
        switch algorithm {
        case .hs256: try SigningKey(Array(0..<32))
        case .es256: try SigningKey(pem: p256, algorithm: .es256)
        case .edDSA: try SigningKey(pem: ed25519, algorithm: .edDSA)
        }
    }

    /// A token of any header and payload text, signed rightly with `key` and whatever the header says.
    static func token(header: String, payload: String, key: SigningKey) throws -> BearerToken {
        let header = Array(header.utf8)
        let payload = Array(payload.utf8)
        return try token(Base64.encodeURLSafe(header.span) + "." + Base64.encodeURLSafe(payload.span), key: key)
    }

    /// A token of any first two parts, signed rightly.
    static func token(_ signed: String, key: SigningKey) throws -> BearerToken {
        let message = Array(signed.utf8)
        let text = try key.keyFileText()
        if key.algorithm == .hs256 {
            let line = Array(text.utf8.dropLast())
            let decoded = Base64.decode(line.span)
            let bytes = try #require(decoded)
            let code = try HMACSHA256(key: bytes.span).code(for: message.span)
            return BearerToken(signed + "." + Base64.encodeURLSafe(code.span))
        }
        let block = try #require(try PEMBlock.read(text).first)
        let elliptic = try EllipticKey(block, curve: key.algorithm == .es256 ? .p256 : .ed25519)
        let signature = try EllipticSigner(key: elliptic).sign(message.span)
        return BearerToken(signed + "." + Base64.encodeURLSafe(signature.span))
    }
}
