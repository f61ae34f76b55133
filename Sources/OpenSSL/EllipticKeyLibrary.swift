import COpenSSL

/// The calls of libcrypto behind `EllipticKey`.
enum EllipticKeyLibrary {
    /// How the library names the key of a curve, as `name(of:)` gives it.
    static func name(of curve: EllipticCurve) -> String {
        switch curve {
        case .p256: "EC prime256v1"
        case .ed25519: "ED25519"
        }
    }

    /// The algorithm of a key, for EC with its curve.
    static func name(of key: OpaquePointer) -> String {
        guard let type = unsafe EVP_PKEY_get0_type_name(key) else { return "unknown" }
        let name = unsafe String(cString: type)
        guard name == "EC" else { return name }
        var group = [CChar](repeating: 0, count: 80)
        var count = 0
        let isNamed = unsafe group.withUnsafeMutableBufferPointer {
            unsafe EVP_PKEY_get_group_name(key, $0.baseAddress, $0.count, &count) == 1
        }
        emptyErrorQueue()
        guard isNamed else { return "EC with a curve that has no name" }
        return name + " " + String(decoding: group.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func generate(_ curve: EllipticCurve) throws(OpenSSLError) -> OpaquePointer {
        let algorithm = curve == .p256 ? "EC" : "ED25519"
        let context = unsafe try checkPointer("EVP_PKEY_CTX_new_from_name") {
            unsafe EVP_PKEY_CTX_new_from_name(nil, algorithm, nil)
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        try check("EVP_PKEY_keygen_init") { unsafe EVP_PKEY_keygen_init(context) }
        if curve == .p256 {
            try check("EVP_PKEY_CTX_set_group_name") { unsafe EVP_PKEY_CTX_set_group_name(context, "P-256") }
        }
        var key: OpaquePointer?
        try check("EVP_PKEY_generate") { unsafe EVP_PKEY_generate(context, &key) }
        return unsafe try checkPointer("EVP_PKEY_generate") { unsafe key }
    }

    /// The key of a DER text that is PKCS#8 or SEC 1 from its first to its last byte, or nil.
    static func read(_ bytes: [UInt8]) -> OpaquePointer? {
        defer { emptyErrorQueue() }
        return unsafe bytes.withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress
            guard let key = unsafe d2i_AutoPrivateKey_ex(nil, &position, bytes.count, nil, nil) else { return nil }
            guard let start = bytes.baseAddress, let end = unsafe position, unsafe end - start == bytes.count else {
                unsafe EVP_PKEY_free(key)
                return nil
            }
            return unsafe key
        }
    }

    /// Whether the private half makes the public half: a key file that was put together by hand would sign what nobody
    /// can verify.
    static func isWhole(_ key: OpaquePointer) -> Bool {
        defer { emptyErrorQueue() }
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return false }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        return unsafe EVP_PKEY_check(context) == 1
    }

    static func publicKey(of key: OpaquePointer, _ curve: EllipticCurve) throws(OpenSSLError) -> EllipticPublicKey {
        switch curve {
        case .p256:
            .p256(
                x: unsafe try coordinate(OSSL_PKEY_PARAM_EC_PUB_X, of: key),
                y: unsafe try coordinate(OSSL_PKEY_PARAM_EC_PUB_Y, of: key)
            )
        case .ed25519: .ed25519(x: unsafe try rawPublicKey(of: key))
        }
    }

    static func pkcs8(of key: OpaquePointer) throws(OpenSSLError) -> [UInt8] {
        let information = unsafe try checkPointer("EVP_PKEY2PKCS8") { unsafe EVP_PKEY2PKCS8(key) }
        // Wipes the private key in it.
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(information) }
        let count = unsafe i2d_PKCS8_PRIV_KEY_INFO(information, nil)
        var bytes = [UInt8](repeating: 0, count: max(0, Int(count)))
        try check("i2d_PKCS8_PRIV_KEY_INFO") {
            unsafe bytes.withUnsafeMutableBufferPointer {
                var position = $0.baseAddress
                return unsafe count > 0 && i2d_PKCS8_PRIV_KEY_INFO(information, &position) == count ? 1 : 0
            }
        }
        return bytes
    }

    private static func coordinate(_ name: String, of key: OpaquePointer) throws(OpenSSLError) -> [UInt8] {
        var number: OpaquePointer?
        try check("EVP_PKEY_get_bn_param(\(name))") { unsafe EVP_PKEY_get_bn_param(key, name, &number) }
        defer { unsafe BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: 32)
        try check("BN_bn2binpad") {
            unsafe bytes.withUnsafeMutableBufferPointer { unsafe BN_bn2binpad(number, $0.baseAddress, 32) } == 32
                ? 1 : 0
        }
        return bytes
    }

    private static func rawPublicKey(of key: OpaquePointer) throws(OpenSSLError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        try check("EVP_PKEY_get_raw_public_key") {
            unsafe bytes.withUnsafeMutableBufferPointer {
                unsafe EVP_PKEY_get_raw_public_key(key, $0.baseAddress, &count)
            }
        }
        return bytes
    }
}
