/// Issues the access_tokens of all apps, to the app's owner and to whoever else has the secret, within the quotas.
///
/// The callers have checked who asks. A rival works only when somebody looks: whoever reads or changes anything of an app
/// first lets `catchUp` do what the rival did since the last look, at the moments at which it did it.
struct AccessTokenIssuer: Sendable {
    enum Caller: Sendable {
        /// Whoever calls WeChat's paths: the gateway.
        case client
        /// Another system of the same owner, played by the simulator.
        case rival
    }

    /// How many fetches of a rival are made up at once; the others of a long time change nothing but a quota.
    static let rivalFetchesMax = 100

    private struct Account: Sendable {
        var quotas = AccessTokenQuotas()
        /// When the rival fetches next; nil without rival.
        var rivalDue: UnixTime?
    }

    private var book = AccessTokenBook()
    /// By appid.
    private var accounts: [String: Account] = [:]
    private(set) var counts = SimulatorCounters.AccessTokens()

    /// Counts a call of an endpoint; the errcode of the refusal, or nil.
    mutating func takeCall(_ kind: AccessTokenKind, of app: SimulatedApp, at now: UnixTime) -> Int? {
        accounts[app.appid, default: Account()].quotas.take(kind, under: app.accessTokens, at: now)
    }

    /// What a call gets that `takeCall` let through.
    mutating func answer(
        _ kind: AccessTokenKind,
        isForced: Bool = false,
        of app: SimulatedApp,
        to caller: Caller = .client,
        at now: UnixTime,
        using generator: inout SeededGenerator
    ) -> AccessTokenAnswer {
        if kind == .stable {
            if isForced {
                let forced = accounts[app.appid, default: Account()].quotas.takeForced(under: app.accessTokens, at: now)
                if caller == .client { counts.count(forced) }
                switch forced {
                case .granted: return forceToken(of: app, to: caller, at: now, using: &generator)
                case .exhausted: return .refused(errcode: 45009)
                case .tooSoon where app.accessTokens.forcedTooSoon == .refused: return .refused(errcode: 45011)
                case .tooSoon: break
                }
            }
            if let again = book.repeatable(appid: app.appid, at: now) {
                if caller == .client { counts.sameAgain += 1 }
                return AccessTokenAnswer(again)
            }
        }
        let lifetime = app.accessTokens.lifetime
        let issued = book.issue(kind, appid: app.appid, lifetime: lifetime, at: now, using: &generator)
        if caller == .client { counts.issued[kind, default: 0] += 1 }
        return AccessTokenAnswer(issued)
    }

    private mutating func forceToken(
        of app: SimulatedApp,
        to caller: Caller,
        at now: UnixTime,
        using generator: inout SeededGenerator
    ) -> AccessTokenAnswer {
        let rules = app.accessTokens
        book.endPredecessors(of: .stable, appid: app.appid, at: now)
        let issued = book.issue(
            .stable,
            appid: app.appid,
            lifetime: rules.lifetime,
            overlap: rules.forcedOverlap,
            at: now,
            using: &generator
        )
        if caller == .client { counts.issued[.stable, default: 0] += 1 }
        return AccessTokenAnswer(issued)
    }

    // MARK: Business calls

    /// The app that a token was issued to; nil when it is unknown.
    func appid(of token: String) -> String? {
        book.appid(of: token)
    }

    /// What a business endpoint thinks of a token: nil when it is good, otherwise the errcode, which is counted.
    mutating func refusal(of token: String?, at now: UnixTime) -> Int? {
        let errcode: Int
        if let token {
            switch book.judge(token, at: now) {
            case .valid: return nil
            case .superseded, .unknown: errcode = 40001
            case .expired: errcode = 42001
            }
        } else {
            errcode = 41001
        }
        counts.refused[errcode, default: 0] += 1
        return errcode
    }

    // MARK: What the simulator's owner does

    /// Kills the current token out of turn, as WeChat does at times. Returns false when there is none that lives.
    mutating func kill(_ kind: AccessTokenKind, appid: String, at now: UnixTime) -> Bool {
        book.killCurrent(kind, appid: appid, at: now)
    }

    /// Another system of the same owner asks once, from an address that nobody objects to.
    mutating func fetchAsRival(
        _ kind: AccessTokenKind,
        isForced: Bool,
        of app: SimulatedApp,
        at now: UnixTime,
        using generator: inout SeededGenerator
    ) -> AccessTokenAnswer {
        if app.isFrozen { return .refused(errcode: 40243) }
        if let errcode = takeCall(kind, of: app, at: now) { return .refused(errcode: errcode) }
        let answer = answer(kind, isForced: isForced, of: app, to: .rival, at: now, using: &generator)
        if case .granted = answer { counts.rivalFetches += 1 }
        return answer
    }

    /// Starts the rival's time anew, or ends it, after the app's rules changed.
    mutating func restartRival(of app: SimulatedApp, at now: UnixTime) {
        accounts[app.appid, default: Account()].rivalDue = app.accessTokens.rival.map {
            now + .seconds($0.everySeconds)
        }
    }

    /// Lets the app's rival do what it has done since the last look.
    mutating func catchUp(with app: SimulatedApp, at now: UnixTime, using generator: inout SeededGenerator) {
        guard let rival = app.accessTokens.rival else { return }
        guard let due = accounts[app.appid]?.rivalDue else { return restartRival(of: app, at: now) }
        guard due <= now else { return }
        let pause = Int64(rival.everySeconds) * 1000
        let count = (now - due).milliseconds / pause + 1
        accounts[app.appid]?.rivalDue = due + .milliseconds(count * pause)
        // The first one tells when our token ends, the last ones which tokens there are now.
        for index in [0] + (max(1, count - Int64(Self.rivalFetchesMax) + 1)..<max(1, count)) {
            _ = fetchAsRival(
                rival.kind,
                isForced: rival.forces && rival.kind == .stable,
                of: app,
                at: due + .milliseconds(index * pause),
                using: &generator
            )
        }
    }

    /// How the app's tokens stand.
    func overview(of app: SimulatedApp, at now: UnixTime) -> AccessTokenOverview {
        AccessTokenOverview(
            legacy: book.status(.legacy, appid: app.appid, at: now),
            stable: book.status(.stable, appid: app.appid, at: now),
            forcedToday: accounts[app.appid]?.quotas.forcedToday(at: now) ?? 0
        )
    }

    /// Calls of an endpoint that were counted today.
    func callsToday(_ kind: AccessTokenKind, appid: String, at now: UnixTime) -> Int {
        accounts[appid]?.quotas.usedToday(kind, at: now) ?? 0
    }

    mutating func resetCounts() {
        counts = SimulatorCounters.AccessTokens()
    }
}

extension AccessTokenAnswer {
    fileprivate init(_ issued: AccessTokenBook.Issued) {
        self = .granted(token: issued.token, expiresIn: issued.expiresIn)
    }
}
