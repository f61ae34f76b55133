/// The id of one mini-program, such as `wx4f4bc4dec97d474b`. Public: it is in every mini-program's package.
///
/// Real ids are `wx` and 16 hexadecimal digits, but WeChat promises no shape, so only what must be safe in a URL, a log
/// line and a header is checked.
public struct AppID: Hashable, Sendable, CustomStringConvertible {
    /// The id as WeChat writes it.
    public let string: String

    /// Takes 1 to 64 of `A-Za-z0-9_-`; nil for anything else.
    public init?(_ string: String) {
        let isAccepted = string.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
        guard isAccepted, (1...64).contains(string.utf8.count) else { return nil }
        self.string = string
    }

    /// The id.
    public var description: String { string }
}
