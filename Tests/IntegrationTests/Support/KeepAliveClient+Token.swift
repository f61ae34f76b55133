import Foundation

/// Requests with a token, as mini-programs and operators send them.
extension KeepAliveClient {
    static let api = "/api/v1/wx/"

    func get(_ target: String, token: String) throws -> HTTPReply {
        try get(target, headers: [("Authorization", "Bearer \(token)")])
    }

    func delete(_ target: String, token: String) throws -> HTTPReply {
        send("DELETE", target, headers: [("Authorization", "Bearer \(token)")])
        return try reply()
    }

    /// A POST with these members as JSON.
    func post(_ target: String, _ members: [String: String], token: String) throws -> HTTPReply {
        let body = String(decoding: try JSONSerialization.data(withJSONObject: members), as: UTF8.self)
        return try post(target, json: body, headers: [("Authorization", "Bearer \(token)")])
    }

    func userInfo(_ token: String) throws -> HTTPReply { try get(Self.api + "userInfo", token: token) }

    func saveUserInfo(_ members: [String: String], token: String) throws -> HTTPReply {
        try post(Self.api + "saveUserInfo", members, token: token)
    }

    func phone(_ members: [String: String], token: String) throws -> HTTPReply {
        try post(Self.api + "phone", members, token: token)
    }

    /// Sends a code of getPhoneNumber and does not wait for the reply.
    func sendPhone(_ code: String, token: String) {
        send(
            "POST",
            Self.api + "phone",
            headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")],
            body: #"{"code":"\#(code)"}"#
        )
    }

    func decrypt(_ members: [String: String], token: String) throws -> HTTPReply {
        try post(Self.api + "decrypt", members, token: token)
    }

    func checkSession(_ token: String) throws -> HTTPReply { try get(Self.api + "checkSession", token: token) }

    func refresh(_ token: String) throws -> HTTPReply { try post(Self.api + "session/refresh", [:], token: token) }

    func authCheck(_ token: String) throws -> HTTPReply { try get("/auth/check", token: token) }
}
