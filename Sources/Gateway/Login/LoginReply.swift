internal import HTTPServer
internal import WeChat

/// What a login or a refresh gives its client (contract section 3).
struct LoginReply: Sendable {
    let token: BearerToken
    let isNew: Bool
    let user: User
    let expiresIn: Int

    /// The reply's JSON. `id` and `userInfo` are there only once a profile was saved: that is how a client sees that it
    /// has to ask for one.
    func json() -> [UInt8] {
        var json = JSONObjectWriter(capacity: 640)
        json.add("token", verbatim: token.string)
        json.add("token_type", "Bearer")
        json.add("expires_in", expiresIn)
        json.add("openid", user.key.openID)
        json.add("unionid", user.unionID)
        json.add("is_new", isNew)
        if let id = user.id, let profile = user.profile {
            json.add("id", digitsOf: Int(id))
            json.add("userInfo") { info in
                info.add("nickName", profile.nickName)
                info.add("avatarUrl", profile.avatarURL ?? "")
                info.add("isBindingMobile", user.isMobileBound)
            }
        }
        return json.finish()
    }
}
