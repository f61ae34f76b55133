public import OpenSSL

/// The text of a token, as it stands in `Authorization: Bearer`: a credential, so it prints as redacted.
public struct BearerToken: Hashable, Sendable, Redacted {
    /// The text. Unchecked: whether it is a token at all is for `TokenVerifier` to say.
    public let string: String

    /// Takes any text.
    public init(_ string: String) {
        self.string = string
    }
}
