import COpenSSL

/// HMAC-SHA256 (RFC 2104) under one key, with a context that is kept and started again for each message.
///
/// Starting a kept context again costs about a fifth of the one-shot call. The price is that it belongs to one thread:
/// one instance a loop, which is why it is not `Sendable`.
@safe public final class HMACSHA256 {
    /// Length of every code.
    public static let byteCount = 32

    private let context: OpaquePointer

    /// Expands the key into a context; the key bytes themselves are not kept by this class.
    ///
    /// - Throws: `OpenSSLError` for an empty key, and when the library has no HMAC or no memory.
    public init(key: Span<UInt8>) throws(OpenSSLError) {
        // With a null pointer EVP_MAC_init(3) would mean "the key from last time".
        guard !key.isEmpty else { throw OpenSSLError(operation: "EVP_MAC_init", reason: "the key is empty") }
        let algorithm = unsafe try checkPointer("EVP_MAC_fetch(HMAC)") { unsafe EVP_MAC_fetch(nil, "HMAC", nil) }
        // The context holds its own reference.
        defer { unsafe EVP_MAC_free(algorithm) }
        let context = unsafe try checkPointer("EVP_MAC_CTX_new") { unsafe EVP_MAC_CTX_new(algorithm) }
        do throws(OpenSSLError) {
            unsafe try Self.setKey(key, of: context)
        } catch {
            unsafe EVP_MAC_CTX_free(context)
            throw error
        }
        unsafe self.context = context
    }

    /// The code of a whole message.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func code(for message: Span<UInt8>) throws(OpenSSLError) -> [32 of UInt8] {
        // No key and no parameters: the same key and digest again.
        try check("EVP_MAC_init") { unsafe EVP_MAC_init(context, nil, 0, nil) }
        try check("EVP_MAC_update") {
            unsafe message.withUnsafeBufferPointer { bytes in
                // An empty span may have no address, which the library would take for a mistake.
                guard let start = bytes.baseAddress else { return 1 }
                return unsafe EVP_MAC_update(context, start, bytes.count)
            }
        }
        var code = [32 of UInt8](repeating: 0)
        var span = code.mutableSpan
        var written = 0
        try check("EVP_MAC_final") {
            unsafe span.withUnsafeMutableBufferPointer {
                unsafe EVP_MAC_final(context, $0.baseAddress, &written, $0.count)
            }
        }
        return code
    }

    /// Whether `expected` is the code of `message`, compared in constant time; false for any other length.
    public func isCode(_ expected: Span<UInt8>, for message: Span<UInt8>) throws(OpenSSLError) -> Bool {
        let code = try code(for: message)
        return ConstantTime.equals(code.span, expected)
    }

    deinit { unsafe EVP_MAC_CTX_free(context) }

    private static func setKey(_ key: Span<UInt8>, of context: OpaquePointer) throws(OpenSSLError) {
        var digestName = Array("SHA256".utf8CString)
        try check("EVP_MAC_init(key)") {
            unsafe digestName.withUnsafeMutableBufferPointer { name in
                // The parameters keep both pointers, so both texts must live until the call returns; an implicit
                // conversion of the parameter's name would end before it.
                unsafe OSSL_MAC_PARAM_DIGEST.withCString { parameterName in
                    let parameters = unsafe [
                        OSSL_PARAM_construct_utf8_string(parameterName, name.baseAddress, 0),
                        OSSL_PARAM_construct_end(),
                    ]
                    return unsafe key.withUnsafeBufferPointer { bytes in
                        unsafe EVP_MAC_init(context, bytes.baseAddress, bytes.count, parameters)
                    }
                }
            }
        }
    }
}
