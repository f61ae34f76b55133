internal import OpenSSL

/// Whose certificates a client trusts; read when TLS is first needed. Loop-confined.
final class UpstreamTrust {
    private let caFile: String?
    private var loaded: TLSContext?

    /// - Parameter caFile: as `ClientConfiguration` has it.
    init(caFile: String?) {
        self.caFile = caFile
    }

    /// What all connections of the client share.
    ///
    /// - Throws: what is wrong with the file, each time anew: it may be there the next time.
    func context() throws(OpenSSLError) -> TLSContext {
        if let loaded { return loaded }
        let context = try TLSContext.client(caFile: caFile)
        loaded = context
        return context
    }
}
