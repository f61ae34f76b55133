/// A request method: any token of RFC 9110 section 9.1, case-sensitive.
public struct Method: Sendable {
    /// The ones that are told apart by a number: comparing and looking up costs nothing then.
    enum Registered: UInt8, CaseIterable {
        case other, get, head, post, put, delete, options, patch, trace, connect
    }

    let registered: Registered
    /// The token as sent, `GET` for instance.
    public let rawValue: String

    /// Nil when `rawValue` is not a token, so a method can never split a request line.
    public init?(rawValue: String) {
        guard FieldEncoder.isToken(rawValue) else { return nil }
        self.init(token: rawValue)
    }

    init(token: String) {
        rawValue = token
        registered = Registered(token)
    }

    private init(_ registered: Registered, _ token: String) {
        self.registered = registered
        rawValue = token
    }

    /// The registered one; `rawValue` is only asked for any other.
    init(_ registered: Registered, rawValue: @autoclosure () -> String) {
        switch registered {
        case .get: self = .get
        case .head: self = .head
        case .post: self = .post
        case .put: self = .put
        case .delete: self = .delete
        case .options: self = .options
        case .patch: self = .patch
        case .trace: self = .trace
        case .connect: self = .connect
        case .other: self.init(.other, rawValue())
        }
    }

    /// 0 for methods that are not registered, else 1 and more, less than ``indexCount``: a place in a table.
    public var index: Int { Int(registered.rawValue) }

    /// Every method whose ``index`` is not 0.
    public static let registered = Registered.allCases.dropFirst().map { Method($0, rawValue: "") }

    /// How many values ``index`` may take.
    public static let indexCount = Registered.allCases.count

    /// Transfer a representation.
    public static let get = Method(.get, "GET")
    /// GET without the content.
    public static let head = Method(.head, "HEAD")
    /// Process the enclosed content.
    public static let post = Method(.post, "POST")
    /// Replace a representation.
    public static let put = Method(.put, "PUT")
    /// Remove a resource.
    public static let delete = Method(.delete, "DELETE")
    /// Describe the communication options.
    public static let options = Method(.options, "OPTIONS")
    /// Change a part (RFC 5789).
    public static let patch = Method(.patch, "PATCH")
    /// Loop back the message.
    public static let trace = Method(.trace, "TRACE")
    /// Open a tunnel; the request parser refuses it, because we are no proxy.
    public static let connect = Method(.connect, "CONNECT")
}

extension Method.Registered {
    /// By the token's bytes.
    init(_ bytes: Span<UInt8>) {
        // The bytes as one number, the first one in the highest place; none is longer than seven.
        guard bytes.count <= 7 else {
            self = .other
            return
        }
        var word: UInt64 = 0
        for index in 0..<bytes.count { word = word << 8 | UInt64(bytes[index]) }
        self =
            switch word {
            case 0x47_4554: .get
            case 0x4845_4144: .head
            case 0x504F_5354: .post
            case 0x50_5554: .put
            case 0x4445_4C45_5445: .delete
            case 0x4F_5054_494F_4E53: .options
            case 0x50_4154_4348: .patch
            case 0x54_5241_4345: .trace
            case 0x43_4F4E_4E45_4354: .connect
            default: .other
            }
    }

    fileprivate init(_ token: String) {
        let bytes = token.utf8.span
        self.init(bytes)
    }
}

extension Method: Hashable {
    /// Two methods are the same when their tokens are.
    public static func == (left: Method, right: Method) -> Bool {
        left.registered == right.registered && (left.registered != .other || left.rawValue == right.rawValue)
    }

    /// Hashes the token.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension Method: CustomStringConvertible {
    /// The token as sent.
    public var description: String { rawValue }
}
