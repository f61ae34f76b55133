internal import HTTP

/// Names requests for logs: the client's own id when it is well-formed, else a new one.
///
/// Ids are unique, not secret, so a counter behind a random start is enough.
struct RequestIDs {
    private static let lengthMax = 128
    private var state = UInt64.random(in: .min ... .max)

    /// The id of a request with these fields (contract section 2, X-Request-Id).
    mutating func id(for headers: Headers?) -> RequestID {
        if let given = headers?.first("x-request-id"), RequestIDs.isWellFormed(given) { return RequestID(given: given) }
        // Two numbers of one loop differ in their place, so they differ behind any bijection too.
        state &+= 0x9e37_79b9_7f4a_7c15
        return RequestID(number: (state ^ (state >> 31)) &* 0xbf58_476d_1ce4_e5b9)
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
}
