import COpenSSL

/// Comparison whose duration does not tell where two secrets differ.
public enum ConstantTime {
    /// Whether both have the same bytes. Takes the same time for any two inputs of one length.
    ///
    /// Different lengths are false at once: the length of what we compare is public (a digest, a fixed-size secret).
    public static func equals(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        guard !left.isEmpty else { return true }
        return unsafe left.withUnsafeBufferPointer { left in
            unsafe right.withUnsafeBufferPointer { right in
                unsafe CRYPTO_memcmp(left.baseAddress, right.baseAddress, left.count) == 0
            }
        }
    }

    /// The same for arrays.
    public static func equals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        equals(left.span, right.span)
    }
}
