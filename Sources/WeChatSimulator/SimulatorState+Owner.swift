import OpenSSL

/// What the simulator's owner may do to the state, each with its checks.
extension SimulatorState {
    /// More apps than anybody configures by hand.
    static let appsMax = 1000
    /// The most users that are kept; with a code for each of them the process takes 650 MB.
    static let usersMax = 1_000_000
    /// The most codes of one request. Their reply is below the 1 MiB that a connection queues for a slow reader.
    static let codesPerRequestMax = 10_000

    /// More pages than WeChat lets an app have.
    static let pagesMax = 1000

    /// The named app, or the default one.
    func app(_ appid: String?) throws(SimulatorRefusal) -> SimulatedApp {
        guard let appid = appid ?? defaultAppid, let app = apps[appid] else { throw .unknownApp }
        return app
    }

    /// Adds an app or replaces the one with its appid, used quota of logins included.
    mutating func put(_ app: SimulatedApp, at now: UnixTime) throws(SimulatorRefusal) {
        guard SimulatedApp.isAppid(app.appid) else { throw .invalid("appid must be wx and 16 lower-case hex digits") }
        guard SimulatedApp.isSecret(app.secret) else { throw .invalid("secret must be 32 lower-case hex digits") }
        guard apps[app.appid] != nil || apps.count < Self.appsMax else { throw .full("too many apps") }
        guard app.publishedPages.count <= Self.pagesMax, app.publishedPages.allSatisfy(Self.isPage) else {
            throw .invalid("published_pages takes at most \(Self.pagesMax) paths without leading slash and query")
        }
        try app.accessTokens.check()
        let previous = apps[app.appid]
        // What the rival did so far, it did under the rules that there were.
        if let previous { accessTokens.catchUp(with: previous, at: now, using: &generator) }
        apps[app.appid] = app
        if previous?.accessTokens.rival != app.accessTokens.rival { accessTokens.restartRival(of: app, at: now) }
        if defaultAppid == nil { defaultAppid = app.appid }
    }

    /// Finds the user, or makes one.
    mutating func user(_ choice: UserChoice, of app: SimulatedApp) throws(SimulatorRefusal) -> SimulatedUser {
        let openid: String
        switch choice {
        case .new:
            openid = Identifier.openid(prefix: Identifier.openidPrefix(appid: app.appid), using: &generator)
        case .openid(let given):
            guard Self.isIdentifier(given) else { throw .invalid("openid must be 1 to 64 of A-Za-z0-9_-") }
            openid = given
        case .named(let name):
            guard (1...64).contains(name.utf8.count) else { throw .invalid("user must be 1 to 64 bytes") }
            openid = DerivedIdentity(appid: app.appid, name: name).openid
        }
        if let user = users[UserKey(appid: app.appid, openid: openid)] { return user }
        guard users.count < Self.usersMax else { throw .full("there are already \(Self.usersMax) users") }
        return SimulatedUser(
            openid: openid,
            unionid: app.hasUnionid ? Identifier.unionid(using: &generator) : nil
        )
    }

    /// Changes one user, who is made first where necessary.
    mutating func update(
        _ choice: UserChoice,
        of app: SimulatedApp,
        _ change: (inout SimulatedUser) -> Void
    ) throws(SimulatorRefusal) -> SimulatedUser {
        var user = try self.user(choice, of: app)
        change(&user)
        try Self.check(user)
        let key = UserKey(appid: app.appid, openid: user.openid)
        if users[key] == nil || choice.name != nil { roster.note(key, name: choice.name) }
        users[key] = user
        return user
    }

    /// Mints a code for the user, as their phone would on `wx.login`.
    mutating func mintCode(
        appid: String?,
        user choice: UserChoice,
        at now: UnixTime,
        _ change: (inout SimulatedUser) -> Void = { _ in }
    ) throws(SimulatorRefusal) -> MintedCode {
        let app = try self.app(appid)
        var user = try update(choice, of: app, change)
        user.sessionKey(at: now, policy: app.sessionKeyPolicy, using: &generator)
        users[UserKey(appid: app.appid, openid: user.openid)] = user
        let code = Identifier.code(using: &generator)
        guard codes.issue(code, appid: app.appid, openid: user.openid, at: now) else {
            throw .full("too many codes are outstanding; they expire after five minutes")
        }
        codesMinted += 1
        return MintedCode(code: code, appid: app.appid, openid: user.openid, unionid: user.unionid)
    }

    /// Mints a code for each of so many new users.
    mutating func mintCodes(
        _ count: Int,
        appid: String?,
        at now: UnixTime
    ) throws(SimulatorRefusal) -> [MintedCode] {
        guard (1...Self.codesPerRequestMax).contains(count) else {
            throw .invalid("count must be 1 to \(Self.codesPerRequestMax)")
        }
        var minted: [MintedCode] = []
        minted.reserveCapacity(count)
        for _ in 0..<count { minted.append(try mintCode(appid: appid, user: .new, at: now)) }
        return minted
    }

    private static func check(_ user: SimulatedUser) throws(SimulatorRefusal) {
        if let unionid = user.unionid, !isIdentifier(unionid) {
            throw .invalid("unionid must be 1 to 64 of A-Za-z0-9_-")
        }
        if let key = user.sessionKeys.first, Base64.decode(key.utf8.span)?.count != 16 {
            throw .invalid("session_key must be the base64 of 16 bytes")
        }
        if (user.nickName?.utf8.count ?? 0) > 1024 { throw .invalid("nickName must be at most 1024 bytes") }
        if (user.avatarUrl?.utf8.count ?? 0) > 1024 { throw .invalid("avatarUrl must be at most 1024 bytes") }
    }

    private static func isPage(_ page: String) -> Bool {
        WXACode.isPage(page) && page.utf8.count <= 1024
    }

    private static func isIdentifier(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
                default: false
                }
            }
    }
}
