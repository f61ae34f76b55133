public import HTTP

/// One reply. Connection, Content-Length, Date and X-Request-Id are the server's to add.
public struct Response: Sendable {
    /// The status.
    public var status: Status
    /// The body, or field lines when `preset` says so: a reply of lines has no body, and one more array would cost every
    /// reply.
    private var bytes: [UInt8]
    /// What the fields begin with.
    private(set) var preset = Preset.none
    /// Behind the preset ones.
    private(set) var addedFields: [(String, String)]
    /// Set by who answers requests by their routes; a reply by hand has none.
    var requestID: RequestID?

    /// Fields that most replies have, kept as bytes instead of being put together each time.
    enum Preset: UInt8 {
        case none, noStore, json, text
        /// As `noStore`, and lines that the reply's maker put together.
        case lines

        var fields: [(String, String)] {
            let noStore = ("Cache-Control", "no-store")
            return switch self {
            case .none: []
            case .noStore, .lines: [noStore]
            case .json: [("Content-Type", "application/json"), noStore]
            case .text: [("Content-Type", "text/plain; charset=utf-8"), noStore]
            }
        }

        var lines: StaticString {
            switch self {
            case .none: ""
            case .noStore, .lines: "Cache-Control: no-store\r\n"
            case .json: "Content-Type: application/json\r\nCache-Control: no-store\r\n"
            case .text: "Content-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n"
            }
        }
    }

    /// Makes a reply.
    public init(status: Status = .ok, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.addedFields = headers
        bytes = body
    }

    private init(_ preset: Preset, status: Status, body: [UInt8]) {
        self.init(status: status, body: body)
        self.preset = preset
    }

    /// The whole body.
    public var body: [UInt8] {
        get { preset == .lines ? [] : bytes }
        set {
            // The body takes the lines' place, so they become fields.
            if preset == .lines { headers = headers }
            bytes = newValue
        }
    }

    /// Whole field lines behind the preset ones, each with its CRLF.
    var preparedLines: [UInt8] { preset == .lines ? bytes : [] }

    /// Header fields in order. To add some, ``add(_:)`` is cheaper.
    public var headers: [(String, String)] {
        get { preset.fields + Response.fields(of: preparedLines) + addedFields }
        set {
            if preset == .lines { bytes = [] }
            preset = .none
            addedFields = newValue
        }
    }

    private static func fields(of lines: [UInt8]) -> [(String, String)] {
        String(decoding: lines, as: UTF8.self).split(separator: "\r\n").map { line in
            let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }
    }

    /// Adds header fields behind the others.
    public mutating func add(_ fields: [(String, String)]) {
        if !fields.isEmpty { addedFields += fields }
    }

    /// A JSON reply that no cache keeps (contract section 2).
    public static func json(_ body: [UInt8], status: Status = .ok) -> Response {
        Response(.json, status: status, body: body)
    }

    /// A plain-text reply that no cache keeps.
    public static func text(_ text: String, status: Status = .ok) -> Response {
        Response(.text, status: status, body: Array(text.utf8))
    }

    /// A reply without body that no cache keeps, with field lines that its maker put together: each `name: value CRLF`, the
    /// name not one of framing, and no control character in the value. They are sent as they are.
    public static func empty(preparedLines: [UInt8]) -> Response {
        Response(.lines, status: .ok, body: preparedLines)
    }

    /// A reply without body.
    public static func empty(_ status: Status) -> Response {
        Response(.noStore, status: status, body: [])
    }
}
