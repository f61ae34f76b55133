import COpenSSL

/// The BIO between libssl and ``CiphertextBuffers`` (BIO_meth_new(3)).
enum CiphertextBIO {
    /// Made once for the process; nil for lack of memory.
    nonisolated(unsafe) private static let method: OpaquePointer? = unsafe makeMethod()

    /// Makes a BIO over buffers that outlive it.
    static func make(over buffers: UnsafeMutablePointer<CiphertextBuffers>) throws(OpenSSLError) -> OpaquePointer {
        let bio = unsafe try checkPointer("BIO_new") { unsafe BIO_new(method) }
        unsafe BIO_set_data(bio, buffers)
        return unsafe bio
    }

    private static func makeMethod() -> OpaquePointer? {
        guard let method = unsafe BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ciphertext buffers") else {
            return nil
        }
        unsafe BIO_meth_set_write(method) { bio, bytes, count in
            guard let buffers = unsafe CiphertextBIO.buffers(of: bio) else { return -1 }
            unsafe shim_bio_done(bio)
            let source = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
            return unsafe buffers.pointee.append(source) ? count : -1
        }
        unsafe BIO_meth_set_read(method) { bio, bytes, count in
            guard let buffers = unsafe CiphertextBIO.buffers(of: bio), let bytes = unsafe bytes else { return -1 }
            unsafe shim_bio_done(bio)
            let read = unsafe buffers.pointee.read(into: bytes, atMost: Int(count))
            if read > 0 { return Int32(truncatingIfNeeded: read) }
            unsafe shim_bio_read_later(bio)
            return -1
        }
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in
            // libssl flushes at the end of a flight; there is nothing to wait for.
            command == BIO_CTRL_FLUSH ? 1 : 0
        }
        return unsafe method
    }

    private static func buffers(of bio: OpaquePointer?) -> UnsafeMutablePointer<CiphertextBuffers>? {
        unsafe BIO_get_data(bio)?.assumingMemoryBound(to: CiphertextBuffers.self)
    }
}
