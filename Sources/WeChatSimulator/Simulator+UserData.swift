import Synchronization

/// What a user's phone does besides logging in.
extension Simulator {
    /// Mints a phone code, as the phone number button would.
    public func mintPhoneCode(
        appid: String? = nil,
        user: UserChoice = .new,
        phone: SimulatedPhone = .sample
    ) throws(SimulatorRefusal) -> MintedPhoneCode {
        let now = clock.now
        return try state.withLock { state throws(SimulatorRefusal) in
            try state.mintPhoneCode(appid: appid, user: user, phone: phone, at: now)
        }
    }

    /// Open data of a user who has a session_key, as `wx.getUserInfo` and its kin give it.
    public func userData(
        _ request: UserDataRequest,
        appid: String? = nil,
        of user: UserChoice
    ) throws(SimulatorRefusal) -> UserData {
        let now = clock.now
        return try state.withLock { state throws(SimulatorRefusal) in
            try state.userData(request, appid: appid, user: user, at: now).data
        }
    }

    /// Gives the user a new session_key, as a `wx.login` whose code nobody exchanges, and returns the user.
    @discardableResult
    public func rotateSessionKey(of user: UserChoice, appid: String? = nil) throws(SimulatorRefusal) -> SimulatedUser {
        try state.withLock { state throws(SimulatorRefusal) in
            try state.rotateSessionKey(of: user, appid: appid)
        }
    }
}
