import Testing
import WeChatSimulator

extension UserData {
    /// What the mini-program sends of it.
    var encrypted: [String: String] { ["encryptedData": encryptedData, "iv": iv] }

    /// The same of the signed half; nothing for phone numbers.
    var signed: [String: String] {
        guard let rawData, let signature else { return [:] }
        return ["rawData": rawData, "signature": signature]
    }
}

extension GatewayHarness {
    /// Logs the user in once more: a new code, and with it a new session_key unless that is pinned.
    func token(of openid: String, by client: KeepAliveClient, device: String? = nil) throws -> String {
        try client.logIn(code(of: openid), device: device).string("token")
    }

    /// Open data of the user under the key that his phone has now.
    func userData(_ request: UserDataRequest, of openid: String) throws -> UserData {
        try simulator.userData(request, of: .openid(openid))
    }

    /// Sets the user's session_key at WeChat, which the next logins bring.
    func pin(_ sessionKey: String, of openid: String) throws {
        try simulator.updateUser(.openid(openid)) { $0.pin(sessionKey: sessionKey) }
    }

    /// Requests of this path that reached WeChat, by what its rules decided.
    func answers(_ path: String) -> [Int: Int] { simulator.counters.requests[path]?.errcodes ?? [:] }

    func requests(_ path: String) -> Int { simulator.counters.requests[path]?.total ?? 0 }
}
