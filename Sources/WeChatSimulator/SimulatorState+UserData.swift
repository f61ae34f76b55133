/// What a user's phone hands to the mini-program besides login codes.
extension SimulatorState {
    /// Mints a phone code for the user, who is made first where necessary.
    mutating func mintPhoneCode(
        appid: String?,
        user choice: UserChoice,
        phone: SimulatedPhone,
        at now: UnixTime
    ) throws(SimulatorRefusal) -> MintedPhoneCode {
        let app = try self.app(appid)
        let user = try update(choice, of: app) { _ in }
        let code = Identifier.phoneCode(using: &generator)
        let grant = PhoneCodeBook.Grant(appid: app.appid, openid: user.openid, phone: phone, grantedAt: now)
        guard phoneCodes.issue(code, grant) else {
            throw .full("too many phone codes are outstanding; they expire after five minutes")
        }
        roster.note(UserKey(appid: app.appid, openid: user.openid), phone: phone)
        return MintedPhoneCode(code: code, appid: app.appid, openid: user.openid, phone: phone)
    }

    /// Open data of the user, signed and encrypted with the key of the latest login.
    mutating func userData(
        _ request: UserDataRequest,
        appid: String?,
        user choice: UserChoice,
        at now: UnixTime
    ) throws(SimulatorRefusal) -> (user: SimulatedUser, data: UserData) {
        let app = try self.app(appid)
        let user = try self.user(choice, of: app)
        guard let key = request.usesPreviousKey ? user.sessionKeys.dropFirst().first : user.sessionKeys.first else {
            throw .invalid(
                request.usesPreviousKey
                    ? "the user has only had one session_key; rotate it first"
                    : "the user has no session_key yet; POST /sim/login first, or set one"
            )
        }
        let data = UserDataSealer.seal(request, of: user, appid: app.appid, key: key, at: now, using: &generator)
        return (user, data)
    }

    /// Gives the user a new session_key, as a `wx.login` whose code nobody exchanges.
    mutating func rotateSessionKey(
        of choice: UserChoice,
        appid: String?
    ) throws(SimulatorRefusal) -> SimulatedUser {
        let app = try self.app(appid)
        var user = try update(choice, of: app) { _ in }
        user.rotateSessionKey(using: &generator)
        users[UserKey(appid: app.appid, openid: user.openid)] = user
        return user
    }
}
