internal import HTTP

/// Names requests for logs: the client's own id when it is well-formed, else a new one.
///
/// Ids are unique, not secret, so a counter behind a random start is enough.
struct RequestIDs {
    private static let lengthMax = 128
    private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private var state = UInt64.random(in: .min ... .max)

    /// The id of a request with these fields (contract section 2, X-Request-Id).
    mutating func id(for headers: Headers?) -> String {
        if let given = headers?.first("x-request-id"), RequestIDs.isWellFormed(given) { return given }
        return next()
    }

    /// 1 to 128 of `A-Za-z0-9._-`.
    static func isWellFormed(_ id: String) -> Bool {
        let bytes = id.utf8
        guard !bytes.isEmpty, bytes.count <= lengthMax else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// 13 characters of 5 bits: short enough for a String without allocation.
    private mutating func next() -> String {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = (state ^ (state >> 31)) &* 0xbf58_476d_1ce4_e5b9
        return unsafe String(unsafeUninitializedCapacity: 13) { buffer in
            for index in 0..<13 {
                unsafe buffer[index] = RequestIDs.digits[Int(truncatingIfNeeded: value & 31)]
                value >>= 5
            }
            return 13
        }
    }
}
