/// A status code with its reason phrase (RFC 9110 section 15).
public struct Status: Sendable, Hashable {
    /// 100 to 999.
    public let code: UInt16
    /// Nil for the registered reason.
    private let ownReason: String?

    /// Traps when `code` is not three digits: a status is written by code, never by a peer. Without `reason` it gets
    /// the registered one.
    public init(code: UInt16, reason: String? = nil) {
        precondition((100...999).contains(code), "a status code has three digits")
        self.code = code
        ownReason = reason
    }

    /// For people; programs look at the code.
    public var reason: String { ownReason ?? Status.registeredReason(code) }

    /// The whole status line of the statuses that most replies have.
    var usualLine: StaticString? {
        if ownReason != nil { return nil }
        return switch code {
        case 200: "HTTP/1.1 200 OK\r\n"
        case 204: "HTTP/1.1 204 No Content\r\n"
        case 400: "HTTP/1.1 400 Bad Request\r\n"
        case 401: "HTTP/1.1 401 Unauthorized\r\n"
        case 503: "HTTP/1.1 503 Service Unavailable\r\n"
        default: nil
        }
    }

    /// Two statuses are the same when their codes are.
    public static func == (left: Status, right: Status) -> Bool { left.code == right.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }

    /// 1xx: another reply follows.
    public var isInformational: Bool { code < 200 }

    /// 1xx, 204 and 304 never carry a body (RFC 9112 section 6.3 item 1).
    public var forbidsBody: Bool { code < 200 || code == 204 || code == 304 }

    private static func registeredReason(_ code: UInt16) -> String {
        switch code {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}

extension Status: CustomStringConvertible {
    /// `404 Not Found`.
    public var description: String { "\(code) \(reason)" }
}
