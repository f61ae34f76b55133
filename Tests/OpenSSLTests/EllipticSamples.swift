import OpenSSL
import Testing

/// Keys of the RFCs and of other curves. None of them opens anything anywhere.
enum EllipticSamples {
    /// RFC 7515 appendix A.3.1, as SEC 1 (RFC 5915).
    static let p256 = """
        307702010104208e9b109e719098bf980487df1f5d77e9cb29606ebed2263b5f57c213df84f4b2a00a06082a8648ce3d030107\
        a144034200047fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445c7f144cd1bbd9b7e872cdfedb9ee\
        b9f4b3695d6ea90b24ad8a4623288588e5ad
        """
    /// RFC 8037 appendix A.1, as PKCS#8 (RFC 8410 section 7).
    static let ed25519 = """
        302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60
        """

    static func key(_ curve: EllipticCurve) throws -> EllipticKey {
        switch curve {
        case .p256: try EllipticKey(block("EC PRIVATE KEY", p256), curve: curve)
        case .ed25519: try EllipticKey(block("PRIVATE KEY", ed25519), curve: curve)
        }
    }

    static func block(_ label: String, _ hex: String) throws -> PEMBlock {
        PEMBlock(label: label, bytes: try #require(Hex.decode(hex)))
    }

    static let otherKeys: [(name: String, pem: String)] = [
        (
            "EC secp384r1",
            """
            -----BEGIN PRIVATE KEY-----
            MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBwdrdoXGPJ7N9ev1KJ
            rxyYG83y5fKfQUFIv/Z87Z0y1uPIXmkpm/S6PyhHPSzyY7WhZANiAAQnqmfz2KWu
            cYf3Vl/cmuS4mFZRFvL/YSipQYdaupEWB2nDExBXFTt6MYZLbiPA9bS/fgrmZdsS
            OsM/njdh2MGLvb0+fJj9DkGtCKQggz22dIKf9hqJ0GW1B54HFSbF2FY=
            -----END PRIVATE KEY-----
            """
        ),
        (
            "EC secp256k1",
            """
            -----BEGIN PRIVATE KEY-----
            MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgvaAoUCE1ruyLI36IhQFB
            2VB+O3Oyp9RfoAf0gOt7jhGhRANCAATDHYU+alHlg09s6kUrGQH9RIr3bDJEEHCs
            uM78rkz023+HHFRsMDgg6OAaD9Nn4vBsr3c0iEOkqchr+Ue6Kfu/
            -----END PRIVATE KEY-----
            """
        ),
        (
            "X25519",
            """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VuBCIEIPhs2a+TyP6eMxH1c3xeNa5pcu4pQY54TNWWfze4kWdd
            -----END PRIVATE KEY-----
            """
        ),
        (
            "RSA",
            """
            -----BEGIN PRIVATE KEY-----
            MIIBUwIBADANBgkqhkiG9w0BAQEFAASCAT0wggE5AgEAAkEAn5/qtLAg1sUh8aOt
            yoawGp0F+rox5vuzq3ItJi2RKWO0VOBLOwWqmpP2HEmLaFz99CcEz02gSUUTdClp
            znos/wIDAQABAkAmVuWrwoYQr8aoYFT0yQbxTXfLMf+caCZObp0Th2xPUUcmvtr4
            RSzyxg/a0TXbbhuXsUKNAnqYIKG5SJpfNLxBAiEA0l6gUToRav4Baj8c8BGohGXl
            OzAfC9QMMq5Bc4LB8WECIQDCP4g0025M+xgns1PrnrgiOahry28NzfNriFgm1BXa
            XwIgGaxOqFsL0SDaj1rQb0PYav/8b7K5tznTm0PE3RHyFUECIDcmcJaG/QcQN2B2
            Mrpv+tmEw0Ovo50ovxblxBlqF7ZDAiBaAaKS607SudF3Vh/zOJC8RavSU7YaE8c/
            1rRa+WJ2nw==
            -----END PRIVATE KEY-----
            """
        ),
    ]
}
