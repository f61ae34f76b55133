/// `GET /cgi-bin/token`: a new access_token each time, and five more minutes for the one before (facts sheet 2).
enum AccessTokenEndpoint {
    static func issue(
        _ call: WeChatCall,
        at now: UnixTime,
        in state: inout SimulatorState
    ) -> WeChatOutcome<Grant> {
        if call.method == "POST", !call.hasContentLength { return .preconditionFailed }
        let parameters = QueryParameters(call.query)
        guard let appid = parameters["appid"] else { return .refused(.cgi(41002)) }
        guard let secret = parameters["secret"] else { return .refused(.cgi(41004)) }
        guard parameters["grant_type"] == "client_credential" else { return .refused(.cgi(40002)) }
        switch state.app(fetching: .legacy, appid: appid, secret: secret, from: call.clientIP, at: now) {
        case .refused(let failure):
            return .refused(failure)
        case .app(let app):
            return outcome(of: state.accessTokens.answer(.legacy, of: app, at: now, using: &state.generator))
        }
    }

    struct Grant: Equatable, Sendable {
        let token: String
        let expiresIn: Int
    }

    /// What both token endpoints make of an answer.
    static func outcome(of answer: AccessTokenAnswer) -> WeChatOutcome<Grant> {
        switch answer {
        case .granted(let token, let expiresIn): .granted(Grant(token: token, expiresIn: expiresIn))
        case .refused(let errcode): .refused(.cgi(errcode))
        }
    }

    /// The reply of both token endpoints.
    static func body(of grant: Grant, spoiledBy fault: Fault?) -> [UInt8] {
        JSONWriter.reply(confirms: false, spoiledBy: fault) { json in
            json.member("access_token", grant.token)
            json.member("expires_in", grant.expiresIn)
        }
    }
}
