/// The checks that endpoints share, in WeChat's order.
extension SimulatorState {
    /// The app whose secret was sent.
    func app(appid: String, secret: String, from ip: String, _ family: WeChatFailure.Family) -> AppCheck {
        guard let app = apps[appid] else { return .refused(family.failure(40013)) }
        guard app.secret == secret else { return .refused(family.failure(40125)) }
        if app.isFrozen { return .refused(family.failure(40243)) }
        if let list = app.ipWhiteList, !list.contains(ip) { return .refused(family.addressRefused(ip: ip)) }
        return .app(app)
    }

    /// The app whose secret was sent to get an access_token; counts the call.
    mutating func app(
        fetching kind: AccessTokenKind,
        appid: String,
        secret: String,
        from ip: String,
        at now: UnixTime
    ) -> AppCheck {
        let check = app(appid: appid, secret: secret, from: ip, .cgi)
        guard case .app(let app) = check else { return check }
        if let risk = app.accessTokens.ipRisk { return .refused(.cgi(risk.rawValue)) }
        accessTokens.catchUp(with: app, at: now, using: &generator)
        if let errcode = accessTokens.takeCall(kind, of: app, at: now) { return .refused(.cgi(errcode)) }
        return check
    }

    /// The app whose access_token was sent in the query; counts the call.
    mutating func app(authorizing call: WeChatCall, at now: UnixTime) -> AppCheck {
        let token = QueryParameters(call.query)["access_token"]
        let app = token.flatMap { accessTokens.appid(of: $0) }.flatMap { apps[$0] }
        if let app { accessTokens.catchUp(with: app, at: now, using: &generator) }
        if let errcode = accessTokens.refusal(of: token, at: now) { return .refused(.cgi(errcode)) }
        guard let app else { return .refused(.cgi(40001)) }
        usage.count(WeChatEndpoint(path: call.path), appid: app.appid, at: now)
        return .app(app)
    }

    /// What a POST with an access_token comes to: the checks that all of them begin with, then the endpoint's own.
    ///
    /// - Parameter rules: the rest, with the app whose token it is.
    mutating func outcome<Grant>(
        ofPost call: WeChatCall,
        at now: UnixTime,
        _ rules: (SimulatedApp, inout SimulatorState) -> WeChatOutcome<Grant>
    ) -> WeChatOutcome<Grant> {
        guard call.method == "POST" else { return .refused(.cgi(43002)) }
        guard call.hasContentLength else { return .preconditionFailed }
        switch app(authorizing: call, at: now) {
        case .app(let app): return rules(app, &self)
        case .refused(let failure): return .refused(failure)
        }
    }

    enum AppCheck {
        case app(SimulatedApp)
        case refused(WeChatFailure)
    }
}
