import COpenSSL

/// What all TLS sessions of one role on one loop share: versions, trust or certificate, and room for plaintext.
///
/// TLS 1.2 and 1.3, HTTP/1.1 as the only protocol (ALPN), no renegotiation, no compression, no early data. Loop-confined.
@safe public final class TLSContext {
    /// The most plaintext in one record (RFC 8446 section 5.1).
    static let recordBytesMax = 16_384

    let pointer: OpaquePointer
    let isServer: Bool
    /// Where records are decrypted to; one session at a time lends it to its caller.
    let plaintext: UnsafeMutableRawBufferPointer
    /// Whether a caller looks at `plaintext` now.
    var isPlaintextLent = false

    /// A context of sessions with servers that have to show a certificate for their host.
    ///
    /// - Parameter caFile: a PEM file of the authorities to trust instead of the system's, where OpenSSL has been told to
    ///   look for them (`SSL_CERT_FILE` and `SSL_CERT_DIR` included). A certificate in the file is trusted also when it
    ///   is not the root of its chain. Verification cannot be turned off.
    /// - Throws: `OpenSSLError` when the file cannot be read or holds no certificate.
    public static func client(caFile: String?) throws(OpenSSLError) -> TLSContext {
        let context = try TLSContext(isServer: false)
        let pointer = unsafe context.pointer
        if let caFile {
            try check("SSL_CTX_load_verify_file") { unsafe SSL_CTX_load_verify_file(pointer, caFile) }
            try check("X509_STORE_set_flags") {
                unsafe X509_STORE_set_flags(SSL_CTX_get_cert_store(pointer), UInt(X509_V_FLAG_PARTIAL_CHAIN))
            }
        } else {
            try check("SSL_CTX_set_default_verify_paths") { unsafe SSL_CTX_set_default_verify_paths(pointer) }
        }
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        try check("SSL_CTX_set_alpn_protos") { unsafe shim_ctx_offer_http1(pointer) }
        // Tickets go to whoever made the session and knows its host, not to a cache of libssl that knows no host.
        unsafe shim_ctx_set_cache_mode(pointer, Int(SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL))
        unsafe SSL_CTX_sess_set_new_cb(pointer) { session, ticket in
            guard let data = unsafe SSL_get_ex_data(session, 0) else { return 0 }
            let buffers = unsafe data.assumingMemoryBound(to: CiphertextBuffers.self)
            unsafe SSL_SESSION_free(buffers.pointee.ticket)
            unsafe buffers.pointee.ticket = ticket
            // 1: the reference is ours now.
            return 1
        }
        return context
    }

    /// A context of sessions with clients, which stay anonymous.
    ///
    /// - Parameters:
    ///   - certificateFile: PEM, the server's certificate first and then its chain.
    ///   - keyFile: PEM, the certificate's private key, not encrypted.
    /// - Throws: `OpenSSLError` when a file cannot be read or the two do not belong together.
    public static func server(certificateFile: String, keyFile: String) throws(OpenSSLError) -> TLSContext {
        let context = try TLSContext(isServer: true)
        let pointer = unsafe context.pointer
        try check("SSL_CTX_use_certificate_chain_file") {
            unsafe SSL_CTX_use_certificate_chain_file(pointer, certificateFile)
        }
        try check("SSL_CTX_use_PrivateKey_file") {
            unsafe SSL_CTX_use_PrivateKey_file(pointer, keyFile, SSL_FILETYPE_PEM)
        }
        try check("SSL_CTX_check_private_key") { unsafe SSL_CTX_check_private_key(pointer) }
        unsafe shim_ctx_select_http1(pointer)
        // Tickets carry all that resumption needs, so nothing is kept for clients that may never come back.
        unsafe shim_ctx_set_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        // Clients are many and mostly idle: 34 KiB of buffers each only while they are used.
        unsafe shim_ctx_add_mode(pointer, Int(SSL_MODE_RELEASE_BUFFERS))
        return context
    }

    private init(isServer: Bool) throws(OpenSSLError) {
        let pointer = unsafe try checkPointer("SSL_CTX_new") {
            unsafe SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method())
        }
        unsafe self.pointer = pointer
        self.isServer = isServer
        unsafe plaintext = .allocate(byteCount: Self.recordBytesMax, alignment: 64)
        try check("SSL_CTX_set_min_proto_version") { unsafe shim_ctx_set_min_version(pointer, TLS1_2_VERSION) }
        unsafe shim_ctx_refuse_renegotiation(pointer)
        unsafe shim_ctx_read_ahead(pointer)
    }

    deinit {
        // The last replies were in it, and replies hold session keys.
        unsafe OPENSSL_cleanse(plaintext.baseAddress, plaintext.count)
        unsafe plaintext.deallocate()
        unsafe SSL_CTX_free(pointer)
    }

    /// Speaks no version above this one, for tests of the older.
    func setNewestVersion(_ version: Int32) throws(OpenSSLError) {
        try check("SSL_CTX_set_max_proto_version") { unsafe shim_ctx_set_max_version(pointer, version) }
    }
}
