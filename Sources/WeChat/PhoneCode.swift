public import OpenSSL

/// What the phone number button gave the mini-program: good for one number within five minutes. Not a login code.
public struct PhoneCode: Hashable, Sendable, Redacted {
    /// The code as the mini-program sent it.
    public let string: String

    /// Takes 1 to 256 of `A-Za-z0-9_-.`; nil for anything else. Real ones are 64 hexadecimal digits, by no promise.
    public init?(_ string: String) {
        guard CodeText.isCode(string) else { return nil }
        self.string = string
    }
}
