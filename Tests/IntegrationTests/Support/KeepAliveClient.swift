import TestSupport
import Testing

/// A blocking HTTP client over one connection that is kept, with a bound on every wait.
final class KeepAliveClient: Sendable {
    private let raw: RawClient

    init(port: UInt16, timeoutSeconds: Int = 20) throws {
        raw = try RawClient(port: port, timeoutSeconds: timeoutSeconds)
    }

    func get(_ target: String, headers: [(String, String)] = []) throws -> HTTPReply {
        send("GET", target, headers: headers)
        return try reply()
    }

    func post(_ target: String, json: String, headers: [(String, String)] = []) throws -> HTTPReply {
        send("POST", target, headers: headers + [("Content-Type", "application/json")], body: json)
        return try reply()
    }

    func post(_ target: String, form: String, headers: [(String, String)] = []) throws -> HTTPReply {
        send(
            "POST",
            target,
            headers: headers + [("Content-Type", "application/x-www-form-urlencoded")],
            body: form
        )
        return try reply()
    }

    /// Sends a request and does not wait for its reply.
    func send(_ method: String, _ target: String, headers: [(String, String)] = [], body: String? = nil) {
        raw.send(KeepAliveClient.bytes(method, target, headers: headers, body: body))
    }

    /// Sends bytes as they are.
    func sendBytes(_ bytes: [UInt8]) { raw.send(bytes) }

    /// Waits for the next reply.
    func reply() throws -> HTTPReply { try HTTPReply(Array(raw.readReply().utf8)) }

    /// Whether the server closes the connection without another byte.
    func isClosedByServer() -> Bool { raw.read()?.isEmpty ?? true }

    /// A request as it stands on the wire.
    static func bytes(
        _ method: String,
        _ target: String,
        headers: [(String, String)] = [],
        body: String? = nil
    ) -> [UInt8] {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: gateway.test\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        return Array((text + "\r\n" + (body ?? "")).utf8)
    }
}

extension KeepAliveClient {
    static let login = "/api/v1/wx/login"

    /// A login by JSON; members that are nil are left out.
    func logIn(
        _ code: String,
        nonce: String? = nil,
        device: String? = nil,
        headers: [(String, String)] = []
    ) throws -> HTTPReply {
        try post(Self.login, json: Self.loginJSON(code, nonce: nonce, device: device), headers: headers)
    }

    /// Sends a login and does not wait for its reply.
    func sendLogin(_ code: String, nonce: String? = nil) {
        let body = Self.loginJSON(code, nonce: nonce)
        send("POST", Self.login, headers: [("Content-Type", "application/json")], body: body)
    }

    /// Asks whether a token is good.
    func session(_ token: String) throws -> HTTPReply {
        try get("/api/v1/wx/session", headers: [("Authorization", "Bearer \(token)")])
    }

    /// Logs out by the header.
    func logOut(_ token: String) throws -> HTTPReply {
        send("POST", "/api/v1/wx/logout", headers: [("Authorization", "Bearer \(token)")], body: "")
        return try reply()
    }

    static func loginJSON(_ code: String, nonce: String? = nil, device: String? = nil) -> String {
        var json = #"{"code":"\#(code)""#
        if let nonce { json += #","nonce":"\#(nonce)""# }
        if let device { json += #","device":"\#(device)""# }
        return json + "}"
    }
}

/// Expects a token that the gateway refuses for this reason.
func expectRefused(_ reply: HTTPReply, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let json = expectProblem(reply, 401, "invalid_token", with: ["reason"], sourceLocation: sourceLocation)
    #expect(json["reason"] as? String == reason, sourceLocation: sourceLocation)
    #expect(reply["www-authenticate"] == #"Bearer error="invalid_token""#, sourceLocation: sourceLocation)
}
