import Testing

/// One thing that a client may send, and what it gets for it.
struct BadInput: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let status: Int
    let error: String
    /// What the problem's detail must contain: the name of the member, where one is to blame.
    let detail: String?
    /// Whether the connection is good for another request; after input that cannot be read it is not.
    let isKept: Bool
    /// Members of the problem besides those that each has.
    var further: [String] = []
    /// The value of Allow.
    var allow: String?

    var testDescription: String { name }

    /// Input that is no HTTP, or breaks its rules: refused, and the connection with it.
    static func unreadable(
        _ name: String,
        _ text: String,
        _ status: Int = 400,
        _ error: String = "invalid_request",
        detail: String? = nil
    ) -> BadInput {
        BadInput(name: name, bytes: Array(text.utf8), status: status, error: error, detail: detail, isKept: false)
    }

    /// A good HTTP request that means nothing here.
    static func request(
        _ method: String,
        _ target: String,
        _ status: Int,
        _ error: String,
        headers: [(String, String)] = [],
        body: String? = nil,
        detail: String? = nil,
        allow: String? = nil,
        further: [String] = []
    ) -> BadInput {
        var input = BadInput(
            name: "\(method) \(target.prefix(60)) \((body ?? "").prefix(60))",
            bytes: KeepAliveClient.bytes(method, target, headers: headers, body: body),
            status: status,
            error: error,
            detail: detail,
            isKept: true
        )
        input.allow = allow
        input.further = further
        return input
    }

    /// A login whose JSON is refused.
    static func json(
        _ body: String,
        _ detail: String? = nil,
        _ status: Int = 400,
        _ error: String = "invalid_request"
    ) -> BadInput {
        let type = [("Content-Type", "application/json")]
        return request("POST", KeepAliveClient.login, status, error, headers: type, body: body, detail: detail)
    }

    /// A login whose form is refused.
    static func form(_ body: String, _ detail: String? = nil) -> BadInput {
        let type = [("Content-Type", "application/x-www-form-urlencoded")]
        return request("POST", KeepAliveClient.login, 400, "invalid_request", headers: type, body: body, detail: detail)
    }

    /// A login whose query is refused.
    static func query(_ query: String, _ detail: String? = nil) -> BadInput {
        request("GET", "\(KeepAliveClient.login)?\(query)", 400, "invalid_request", detail: detail)
    }

    /// A session check with this Authorization field.
    static func authorization(_ value: String) -> BadInput {
        var input = request(
            "GET",
            "/api/v1/wx/session",
            401,
            "invalid_token",
            headers: [("Authorization", value)],
            further: ["reason"]
        )
        input.further = ["reason"]
        return input
    }
}
