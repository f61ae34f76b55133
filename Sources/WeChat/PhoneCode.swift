public import OpenSSL

/// What the phone number button gave the mini-program: good for one number within five minutes. Not a login code.
public struct PhoneCode: Hashable, Sendable, Redacted {
    /// The code as the mini-program sent it.
    public let string: String

    /// Takes 1 to 256 of `A-Za-z0-9_-.`; nil for anything else. Real ones are 64 hexadecimal digits, by no promise.
    public init?(_ string: String) {
        let isAccepted = string.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."): true
            default: false
            }
        }
        guard isAccepted, (1...256).contains(string.utf8.count) else { return nil }
        self.string = string
    }
}
