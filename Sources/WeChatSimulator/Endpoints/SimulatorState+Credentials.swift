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

    /// The app whose access_token was sent.
    func app(accessToken: String?, at now: UnixTime) -> AppCheck {
        guard let accessToken else { return .refused(.cgi(41001)) }
        switch accessTokens.judge(accessToken, at: now) {
        case .valid(let appid): return apps[appid].map { .app($0) } ?? .refused(.cgi(40001))
        case .superseded, .unknown: return .refused(.cgi(40001))
        case .expired: return .refused(.cgi(42001))
        }
    }

    enum AppCheck {
        case app(SimulatedApp)
        case refused(WeChatFailure)
    }
}
