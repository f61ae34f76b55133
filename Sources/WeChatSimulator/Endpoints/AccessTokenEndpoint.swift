/// `GET /cgi-bin/token`: a new access_token each time, and five more minutes for the one before (facts sheet 2).
enum AccessTokenEndpoint {
    static func issue(
        _ call: WeChatCall,
        at now: UnixTime,
        in state: inout SimulatorState
    ) -> WeChatOutcome<AccessTokenBook.Issued> {
        if call.method == "POST", !call.hasContentLength { return .preconditionFailed }
        let parameters = QueryParameters(call.query)
        guard let appid = parameters["appid"] else { return .refused(.cgi(41002)) }
        guard let secret = parameters["secret"] else { return .refused(.cgi(41004)) }
        guard parameters["grant_type"] == "client_credential" else { return .refused(.cgi(40002)) }
        if case .refused(let failure) = state.app(appid: appid, secret: secret, from: call.clientIP, .cgi) {
            return .refused(failure)
        }
        if let errcode = state.tokenQuotas[appid, default: AccessTokenQuotas()].takePlain(at: now) {
            return .refused(.cgi(errcode))
        }
        return .granted(state.accessTokens.issue(.plain, appid: appid, at: now, using: &state.generator))
    }

    /// The reply of both token endpoints.
    static func body(of issued: AccessTokenBook.Issued, spoiledBy fault: Fault?) -> [UInt8] {
        JSONWriter.reply(confirms: false, spoiledBy: fault) { json in
            json.member("access_token", issued.token)
            json.member("expires_in", issued.expiresIn)
        }
    }
}
