import Foundation
import Gateway
import Testing

/// A web login that a browser has begun.
struct WebLogin: Sendable {
    let ticket: String
    let secret: String
    let scene: String

    init(_ reply: HTTPReply, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try #require(reply.status == 201, "\(reply.text)", sourceLocation: sourceLocation)
        ticket = try reply.string("ticket", sourceLocation: sourceLocation)
        secret = try reply.string("secret", sourceLocation: sourceLocation)
        scene = try reply.string("scene", sourceLocation: sourceLocation)
    }

    var path: String { "/api/v1/qr/\(ticket)" }
    var secretField: (String, String) { ("X-Qr-Secret", secret) }
    var cookieField: (String, String) { ("Cookie", "wxgate_qr=\(secret)") }
}

/// A logged-in mini-program.
struct Phone: Sendable {
    let client: KeepAliveClient
    let token: String

    /// What a phone sends that has scanned; 1047: with WeChat's own camera.
    func scan(_ scene: String, launchScene: Int? = 1047, headers: [(String, String)] = []) throws -> HTTPReply {
        var members: [String: Any] = ["scene": scene]
        if let launchScene { members["launch_scene"] = launchScene }
        return try post("scan", members, headers)
    }

    /// `confirm` or `cancel`.
    func decide(_ decision: String, _ scene: String, nonce: String?) throws -> HTTPReply {
        var members = ["scene": scene]
        if let nonce { members["nonce"] = nonce }
        return try post(decision, members, [])
    }

    func confirm(_ scene: String, nonce: String?) throws -> HTTPReply { try decide("confirm", scene, nonce: nonce) }

    func cancel(_ scene: String, nonce: String?) throws -> HTTPReply { try decide("cancel", scene, nonce: nonce) }

    /// Scans and says yes.
    func approve(_ login: WebLogin, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let nonce = try scan(login.scene).string("nonce", sourceLocation: sourceLocation)
        let reply = try confirm(login.scene, nonce: nonce)
        #expect(reply.status == 200, "\(reply.text)", sourceLocation: sourceLocation)
    }

    /// The bytes of a decision, for who sends many at once.
    func bytes(_ decision: String, _ members: [String: String]) throws -> [UInt8] {
        let body = String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
        return KeepAliveClient.bytes(
            "POST",
            "/api/v1/qr/\(decision)",
            headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")],
            body: body
        )
    }

    private func post(_ call: String, _ members: [String: Any], _ headers: [(String, String)]) throws -> HTTPReply {
        let body = String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
        return try client.post(
            "/api/v1/qr/\(call)",
            json: body,
            headers: headers + [("Authorization", "Bearer \(token)")]
        )
    }
}

extension GatewayHarness {
    /// The phone of this user, on a connection of its own.
    func phone(of openid: String, device: String? = nil) throws -> Phone {
        let client = try connect()
        return Phone(client: client, token: try token(of: openid, by: client, device: device))
    }

    /// Returns when so many polls are parked, on all loops.
    func untilParked(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try waitUntil({ try parkedPolls() == count }, sourceLocation: sourceLocation)
    }

    /// The gauge `wxgate_parked_polls` as operators see it.
    func parkedPolls() throws -> Int { try metric("wxgate_parked_polls") }

    /// One sample as operators see it; needs the operator's listener.
    func metric(_ name: String) throws -> Int {
        let text = try KeepAliveClient(port: try #require(gateway.adminPort)).get("/metrics").text
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + " ") }, "\(name)")
        return try #require(Int(line.dropFirst(name.count + 1)), "\(line)")
    }
}

extension KeepAliveClient {
    /// Begins a web login.
    func newLogin(
        _ json: String = "{}",
        headers: [(String, String)] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> WebLogin {
        try WebLogin(post("/api/v1/qr", json: json, headers: headers), sourceLocation: sourceLocation)
    }

    /// Asks how a login stands, with its secret.
    func status(_ login: WebLogin, _ query: String = "", headers: [(String, String)] = []) throws -> HTTPReply {
        try get("\(login.path)/status\(query)", headers: headers + [login.secretField])
    }

    /// Asks and does not wait for the reply.
    func sendStatus(_ login: WebLogin, _ query: String = "?wait=25&seen=pending") {
        send("GET", "\(login.path)/status\(query)", headers: [login.secretField])
    }
}

/// Expects a status with exactly these further members.
@discardableResult
func expectStatus(
    _ reply: HTTPReply,
    _ status: String,
    with further: [String] = [],
    sourceLocation: SourceLocation = #_sourceLocation
) -> [String: Any] {
    #expect(reply.status == 200, "\(reply.text)", sourceLocation: sourceLocation)
    #expect(reply["content-type"] == "application/json", sourceLocation: sourceLocation)
    #expect(reply["cache-control"] == "no-store", sourceLocation: sourceLocation)
    let json = (try? reply.json()) ?? [:]
    #expect(json["status"] as? String == status, "\(reply.text)", sourceLocation: sourceLocation)
    #expect(Set(json.keys) == Set(["status", "expires_in"] + further), "\(reply.text)", sourceLocation: sourceLocation)
    let left = json["expires_in"] as? Int
    #expect(left.map { $0 >= 0 } == true, "\(reply.text)", sourceLocation: sourceLocation)
    return json
}

/// Expects a confirmed status; the token of its login.
@discardableResult
func expectClaim(_ reply: HTTPReply, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
    let json = expectStatus(reply, "confirmed", with: ["login"], sourceLocation: sourceLocation)
    let login = try #require(json["login"] as? [String: Any], "\(reply.text)", sourceLocation: sourceLocation)
    return try #require(login["token"] as? String, "\(reply.text)", sourceLocation: sourceLocation)
}
