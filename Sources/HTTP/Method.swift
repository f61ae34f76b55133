/// A request method: any token of RFC 9110 section 9.1, case-sensitive.
public struct Method: Hashable, Sendable {
    /// The token as sent, `GET` for instance.
    public let rawValue: String

    /// Nil when `rawValue` is not a token, so a method can never split a request line.
    public init?(rawValue: String) {
        guard FieldEncoder.isToken(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    init(token: String) {
        rawValue = token
    }

    /// Transfer a representation.
    public static let get = Method(token: "GET")
    /// GET without the content.
    public static let head = Method(token: "HEAD")
    /// Process the enclosed content.
    public static let post = Method(token: "POST")
    /// Replace a representation.
    public static let put = Method(token: "PUT")
    /// Remove a resource.
    public static let delete = Method(token: "DELETE")
    /// Describe the communication options.
    public static let options = Method(token: "OPTIONS")
    /// Change a part (RFC 5789).
    public static let patch = Method(token: "PATCH")
    /// Loop back the message.
    public static let trace = Method(token: "TRACE")
    /// Open a tunnel; the request parser refuses it, because we are no proxy.
    public static let connect = Method(token: "CONNECT")
}

extension Method: CustomStringConvertible {
    /// The token as sent.
    public var description: String { rawValue }
}
