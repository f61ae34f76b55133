import Testing

@testable import OpenSSL

@Suite struct EllipticSignatureTests {
    /// A JSON Web Signature of an RFC: what was signed, and the signature.
    struct Vector: Sendable {
        let curve: EllipticCurve
        let signed: String
        let signature: String
    }

    static let vectors = [
        // RFC 7515 appendix A.3.1.
        Vector(
            curve: .p256,
            signed: """
                eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog\
                Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ
                """,
            signature: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
        // RFC 8037 appendix A.4.
        Vector(
            curve: .ed25519,
            signed: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
            signature: "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        ),
    ]

    private func signature(_ vector: Vector) throws -> [UInt8] {
        let decoded = Base64.decodeURLSafe(vector.signature.utf8Span.span)
        return try #require(decoded)
    }

    @Test(arguments: vectors) func `the signatures of the RFCs verify, and nothing near them`(vector: Vector) throws {
        let verifier = try EllipticVerifier(key: EllipticSamples.key(vector.curve))
        let signed = Array(vector.signed.utf8)
        let right = try signature(vector)
        #expect(try verifier.isSignature(right.span, of: signed.span))
        for index in right.indices {
            for bit in 0..<8 {
                var wrong = right
                wrong[index] ^= 1 << bit
                #expect(try !verifier.isSignature(wrong.span, of: signed.span), "bit \(bit) of byte \(index)")
            }
            let cut = Array(right[..<index])
            #expect(try !verifier.isSignature(cut.span, of: signed.span))
        }
        let longer = right + [0]
        #expect(try !verifier.isSignature(longer.span, of: signed.span))
        let other = signed + [0]
        #expect(try !verifier.isSignature(right.span, of: other.span))
        #expect(try verifier.isSignature(right.span, of: signed.span))
    }

    @Test func `Ed25519 makes the signature of RFC 8037`() throws {
        let vector = Self.vectors[1]
        let signer = try EllipticSigner(key: EllipticSamples.key(.ed25519))
        let signed = Array(vector.signed.utf8)
        for _ in 0..<2 {
            let signature = try signer.sign(signed.span)
            #expect(Base64.encodeURLSafe(signature.span) == vector.signature)
        }
    }

    @Test(arguments: EllipticCurve.allCases) func `what was signed verifies, at any length, with this key only`(
        curve: EllipticCurve
    ) throws {
        let key = try EllipticKey(generatedOn: curve)
        let signer = try EllipticSigner(key: key)
        let verifier = try EllipticVerifier(key: key)
        let other = try EllipticVerifier(key: EllipticKey(generatedOn: curve))
        // Enough for r and s that are a byte shorter, which DER writes shorter too.
        for count in 0..<600 {
            let message = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let signature = try signer.sign(message.span)
            #expect(try verifier.isSignature(signature.span, of: message.span))
            #expect(try !other.isSignature(signature.span, of: message.span))
        }
    }

    @Test(arguments: EllipticCurve.allCases) func `a signature of nothing is no signature`(
        curve: EllipticCurve
    ) throws {
        let verifier = try EllipticVerifier(key: EllipticSamples.key(curve))
        let message = Array("message".utf8)
        // r = s = 0 was CVE-2022-21449, and n is 0 in disguise; so is an r above the field.
        let order = try #require(Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        let zero = [UInt8](repeating: 0, count: 32)
        let one = Array(zero.dropLast()) + [1]
        let ones = [UInt8](repeating: 0xff, count: 32)
        for r in [zero, one, order, ones] {
            for s in [zero, one, order, ones] {
                let signature = r + s
                #expect(try !verifier.isSignature(signature.span, of: message.span))
            }
        }
    }

    @Test func `P-256's other signature of the same message verifies too`() throws {
        let vector = Self.vectors[0]
        let signature = try signature(vector)
        let order = try #require(Hex.decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        var mirrored = Array(signature[32...])
        var borrow = 0
        for index in (0..<32).reversed() {
            let difference = Int(order[index]) - Int(mirrored[index]) - borrow
            borrow = difference < 0 ? 1 : 0
            mirrored[index] = UInt8(truncatingIfNeeded: difference)
        }
        let other = Array(signature[..<32]) + mirrored
        #expect(other != signature)
        let signed = Array(vector.signed.utf8)
        #expect(try EllipticVerifier(key: EllipticSamples.key(.p256)).isSignature(other.span, of: signed.span))
    }

    @Test func `a signature survives DER, with zeros in front and without`() throws {
        for zeros in 0...32 {
            for first in [UInt8(0x01), 0x7f, 0x80, 0xff] {
                var number = [UInt8](repeating: 0, count: zeros) + [UInt8](repeating: 0xa5, count: 32 - zeros)
                if zeros < 32 { number[zeros] = first }
                let raw = number + number.reversed()
                let der = ECDSASignature.der(raw.span)
                #expect(der.count <= ECDSASignature.derByteCountMax)
                let back = ECDSASignature.raw(der.span)
                #expect(back.map { Hex.encode($0.span) } == Hex.encode(raw.span))
                for count in der.indices {
                    let cut = Array(der[..<count])
                    #expect(ECDSASignature.raw(cut.span) == nil)
                }
                let longer = der + [0]
                #expect(ECDSASignature.raw(longer.span) == nil)
            }
        }
    }

    @Test(arguments: [
        "", "30", "3000", "3006020101020101ff", "30060201010201", "3106020101020101", "3006030101020101",
        "30050200020101", "300602010102020101",
        "30260221010000000000000000000000000000000000000000000000000000000000000000020101",
    ])
    func `what is not DER of two numbers of 32 bytes is no signature`(hex: String) throws {
        let der = try #require(Hex.decode(hex))
        #expect(ECDSASignature.raw(der.span) == nil)
    }
}
