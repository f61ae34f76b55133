internal import HTTPServer
internal import WeChat

/// What a login gives its client (contract section 3).
struct LoginReply: Sendable {
    let login: OpenedLogin
    let user: User
    let expiresIn: Int

    /// The reply's JSON. `id` and `userInfo` are there only once a profile was saved: that is how a client sees that it
    /// has to ask for one.
    func json() -> [UInt8] {
        var json = JSONObjectWriter(capacity: 640)
        json.add("token", login.issued.token.string)
        json.add("token_type", "Bearer")
        json.add("expires_in", expiresIn)
        json.add("openid", user.key.openID)
        json.add("unionid", user.unionID)
        json.add("is_new", login.isNew)
        if let id = user.id, let profile = user.profile {
            json.add("id", String(id))
            var info = JSONObjectWriter()
            info.add("nickName", profile.nickName)
            info.add("avatarUrl", profile.avatarURL ?? "")
            // No phone number is kept yet, so none is bound.
            info.add("isBindingMobile", false)
            json.add("userInfo", json: info.finish())
        }
        return json.finish()
    }
}
