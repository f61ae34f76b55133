internal import HTTPServer
internal import WeChat

/// A user as his own client sees him (contract section 3, userInfo).
struct UserInfoReply {
    let user: User

    /// The reply's JSON; `id`, `nickName` and `avatarUrl` only once a profile was saved.
    func json() -> [UInt8] {
        var json = JSONObjectWriter()
        if let id = user.id, user.profile != nil { json.add("id", String(id)) }
        json.add("openid", user.key.openID)
        user.addProfile(to: &json)
        return json.finish()
    }
}

extension User {
    /// Adds what replies about a user end with.
    func addProfile(to json: inout JSONObjectWriter) {
        if let profile {
            json.add("nickName", profile.nickName)
            json.add("avatarUrl", profile.avatarURL ?? "")
        }
        json.add("isBindingMobile", isMobileBound)
        json.add("createdAt", RFC3339Time.text(milliseconds: createdAt))
        json.add("lastLoginAt", RFC3339Time.text(milliseconds: lastLoginAt))
    }
}
