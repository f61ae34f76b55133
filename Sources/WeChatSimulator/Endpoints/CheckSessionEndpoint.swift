import OpenSSL

/// `GET /wxa/checksession`: whether a session_key is the user's current one (facts sheet 6.1).
enum CheckSessionEndpoint {
    /// There is nothing to say but yes.
    struct Grant: Equatable, Sendable {}

    static func check(_ call: WeChatCall, at now: UnixTime, in state: inout SimulatorState) -> WeChatOutcome<Grant> {
        if call.method == "POST", !call.hasContentLength { return .preconditionFailed }
        let parameters = QueryParameters(call.query)
        let app: SimulatedApp
        switch state.app(authorizing: call, at: now) {
        case .app(let found): app = found
        case .refused(let failure): return .refused(failure)
        }
        guard let openid = parameters["openid"],
            let user = state.users[SimulatorState.UserKey(appid: app.appid, openid: openid)]
        else { return .refused(.cgi(40003)) }
        guard parameters["sig_method"] == "hmac_sha256" else { return .refused(.cgi(87008)) }
        guard let key = user.sessionKeys.first, parameters["signature"] == signature(key) else {
            return .refused(.cgi(87009))
        }
        return .granted(Grant())
    }

    static func body(spoiledBy fault: Fault?) -> [UInt8] {
        JSONWriter.reply(confirms: true, spoiledBy: fault) { _ in }
    }

    /// The HMAC of nothing under the key's text.
    static func signature(_ key: String, of message: [UInt8] = []) -> String {
        do throws(OpenSSLError) {
            let hmac = try HMACSHA256(key: key.utf8.span)
            let code = try hmac.code(for: message.span)
            return Hex.encode(code.span)
        } catch {
            preconditionFailure("HMAC of a short message needs nothing but a working libcrypto: \(error)")
        }
    }
}
