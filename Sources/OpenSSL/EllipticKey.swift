import COpenSSL

/// A private key on one of the curves that sign tokens, with its public half.
///
/// Unchecked: an `EVP_PKEY` is not changed after it was made, and libcrypto shares it between threads.
@safe public final class EllipticKey: @unchecked Sendable, Redacted {
    /// Its curve.
    public let curve: EllipticCurve
    /// Its public half.
    public let publicKey: EllipticPublicKey

    let pointer: OpaquePointer

    /// Makes a random key.
    ///
    /// - Throws: `OpenSSLError` when the library has no such curve, no entropy or no memory.
    public convenience init(generatedOn curve: EllipticCurve) throws(OpenSSLError) {
        let pointer = unsafe try EllipticKeyLibrary.generate(curve)
        unsafe try self.init(owning: pointer, curve: curve)
    }

    /// Reads a private key: PKCS#8 (`PRIVATE KEY`, RFC 5958) or SEC 1 (`EC PRIVATE KEY`, RFC 5915), not encrypted.
    public convenience init(_ block: PEMBlock, curve: EllipticCurve) throws(EllipticKeyError) {
        switch block.label {
        case "PRIVATE KEY", "EC PRIVATE KEY": break
        case "ENCRYPTED PRIVATE KEY": throw .encrypted
        default: throw .otherBlock(label: block.label)
        }
        guard let pointer = unsafe EllipticKeyLibrary.read(block.bytes) else { throw .malformed }
        let name = unsafe EllipticKeyLibrary.name(of: pointer)
        guard name == EllipticKeyLibrary.name(of: curve) else {
            unsafe EVP_PKEY_free(pointer)
            throw .otherKey(name: name)
        }
        guard unsafe EllipticKeyLibrary.isWhole(pointer) else {
            unsafe EVP_PKEY_free(pointer)
            throw .malformed
        }
        do throws(OpenSSLError) {
            unsafe try self.init(owning: pointer, curve: curve)
        } catch {
            throw .library(error)
        }
    }

    /// The key as an unencrypted PKCS#8 block.
    ///
    /// - Throws: `OpenSSLError` only when the library itself fails.
    public func pem() throws(OpenSSLError) -> PEMBlock {
        PEMBlock(label: "PRIVATE KEY", bytes: unsafe try EllipticKeyLibrary.pkcs8(of: pointer))
    }

    deinit { unsafe EVP_PKEY_free(pointer) }

    /// Frees the pointer with itself, also when it throws.
    private init(owning pointer: OpaquePointer, curve: EllipticCurve) throws(OpenSSLError) {
        do throws(OpenSSLError) {
            publicKey = unsafe try EllipticKeyLibrary.publicKey(of: pointer, curve)
        } catch {
            unsafe EVP_PKEY_free(pointer)
            throw error
        }
        self.curve = curve
        unsafe self.pointer = pointer
    }
}
