import COpenSSL

/// What a signer or a verifier keeps between messages.
///
/// ECDSA hashes by itself and gives the digest to a context that is prepared once: half a microsecond of set-up less for
/// each message. Ed25519 takes whole messages, and its context is prepared anew for each.
enum EllipticOperation {
    case ecdsa(KeyContext, SHA256)
    case edDSA(DigestContext)

    /// `prepare` starts the operation in a key's context.
    init(key: EllipticKey, prepare: (OpaquePointer) -> Int32) throws(OpenSSLError) {
        switch key.curve {
        case .p256: self = .ecdsa(unsafe try KeyContext(key: key, prepare: prepare), try SHA256())
        case .ed25519: self = .edDSA(try DigestContext())
        }
    }

    /// Owns an `EVP_PKEY_CTX`.
    @safe final class KeyContext {
        let pointer: OpaquePointer

        init(key: EllipticKey, prepare: (OpaquePointer) -> Int32) throws(OpenSSLError) {
            let pointer = unsafe try checkPointer("EVP_PKEY_CTX_new_from_pkey") {
                unsafe EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil)
            }
            do throws(OpenSSLError) {
                try check("EVP_PKEY_sign_init or EVP_PKEY_verify_init") { unsafe prepare(pointer) }
            } catch {
                unsafe EVP_PKEY_CTX_free(pointer)
                throw error
            }
            unsafe self.pointer = pointer
        }

        deinit { unsafe EVP_PKEY_CTX_free(pointer) }
    }

    /// Owns an `EVP_MD_CTX`.
    @safe final class DigestContext {
        let pointer: OpaquePointer

        init() throws(OpenSSLError) {
            unsafe pointer = try checkPointer("EVP_MD_CTX_new") { unsafe EVP_MD_CTX_new() }
        }

        deinit { unsafe EVP_MD_CTX_free(pointer) }
    }
}
