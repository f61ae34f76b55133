/// `GET /sns/jscode2session`: exchanges a one-time login code for openid and session_key (facts sheet 1 and 13.2).
enum Code2SessionEndpoint {
    typealias Outcome = WeChatOutcome<Grant>

    struct Grant: Equatable, Sendable {
        let openid: String
        let sessionKey: String
        let unionid: String?
    }

    /// Applies the rules in WeChat's order; the code is used up when the outcome is a grant.
    static func exchange(_ call: WeChatCall, at now: UnixTime, in state: inout SimulatorState) -> Outcome {
        // The layer in front refuses a POST of unknown length. Apart from that the method does not matter: parameters are
        // read from the query, so a form in the body is as good as nothing.
        if call.method == "POST", !call.hasContentLength { return .preconditionFailed }

        let parameters = Code2SessionParameters(query: call.query)
        guard let appid = parameters.appid else { return .refused(.sns(41002)) }
        guard let secret = parameters.secret else { return .refused(.sns(41004)) }
        guard let code = parameters.code else { return .refused(.sns(41008)) }
        guard parameters.grantType == "authorization_code" else { return .refused(.sns(40002)) }

        let app: SimulatedApp
        switch state.app(appid: appid, secret: secret, from: call.clientIP, .sns) {
        case .app(let found): app = found
        case .refused(let failure): return .refused(failure)
        }

        if state.configuration.acceptsAnyCode {
            let identity = DerivedIdentity(appid: appid, code: code)
            return .granted(Grant(openid: identity.openid, sessionKey: identity.sessionKey, unionid: nil))
        }
        return redeem(code, of: app, at: now, in: &state)
    }

    private static func redeem(
        _ code: String,
        of app: SimulatedApp,
        at now: UnixTime,
        in state: inout SimulatorState
    ) -> Outcome {
        guard state.apps[app.appid]?.takeLogin(at: now) == true else { return .refused(.sns(45009)) }
        let entry = state.codes.look(up: code, appid: app.appid, at: now)
        // Only a code that WeChat knows tells whose minute it counts against.
        guard let entry, var user = state.users[SimulatorState.UserKey(appid: app.appid, openid: entry.openid)] else {
            return .refused(.sns(40029))
        }
        defer { state.users[SimulatorState.UserKey(appid: app.appid, openid: user.openid)] = user }

        guard user.takeLogin(limit: app.loginsPerUserMinuteMax, at: now) else { return .refused(.sns(45011)) }
        if case .used = entry { return .refused(.sns(40163)) }
        if user.isBlocked { return .refused(.sns(40226)) }

        state.codes.consume(code)
        let key = user.currentSessionKey(using: &state.generator)
        return .granted(Grant(openid: user.openid, sessionKey: key, unionid: user.unionid))
    }
}
