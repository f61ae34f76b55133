/// Codes and users: what a phone and its owner do.
extension ControlEndpoint {
    static func login(
        _ input: ControlObject,
        at now: UnixTime,
        in state: inout SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        var input = input
        let appid = try input.string("appid")
        let choice = try userChoice(&input)
        let hasUnionid = input.has("unionid")
        let unionid = try input.string("unionid")
        let count = try input.integer("count", in: 1...SimulatorState.codesPerRequestMax)
        try input.finish()

        if let count {
            guard choice == nil, !hasUnionid else { throw .invalid("count makes users of its own") }
            let codes = try state.mintCodes(count, appid: appid, at: now)
            return ControlReply { json in
                json.key("codes")
                json.beginArray()
                for code in codes {
                    json.beginObject()
                    json.member("code", code.code)
                    json.member("openid", code.openid)
                    json.endObject()
                }
                json.endArray()
            }
        }
        let code = try state.mintCode(
            appid: appid,
            user: choice ?? .new,
            at: now
        ) { if hasUnionid { $0.unionid = unionid } }
        return ControlReply { writeMembers(of: code, to: &$0) }
    }

    static func putUser(
        _ input: ControlObject,
        in state: inout SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        var input = input
        let app = try state.app(try input.string("appid"))
        let choice = try userChoice(&input) ?? .new
        let hasUnionid = input.has("unionid")
        let unionid = try input.string("unionid")
        let rotatesSessionKey = try input.flag("rotate_session_key") ?? false
        let hasSessionKey = input.has("session_key")
        let sessionKey = try input.string("session_key")
        let isBlocked = try input.flag("blocked")
        let nickName = try input.string("nickName")
        let avatarUrl = try input.string("avatarUrl")
        try input.finish()

        guard !rotatesSessionKey || !hasSessionKey else {
            throw .invalid("send session_key or rotate_session_key, not both")
        }
        var user = try state.update(choice, of: app) { user in
            if hasUnionid { user.unionid = unionid }
            if let sessionKey { user.pin(sessionKey: sessionKey) } else if hasSessionKey { user.unpinSessionKey() }
            if let isBlocked { user.isBlocked = isBlocked }
            if let nickName { user.nickName = nickName }
            if let avatarUrl { user.avatarUrl = avatarUrl }
        }
        if rotatesSessionKey { user = try state.rotateSessionKey(of: .openid(user.openid), appid: app.appid) }
        return ControlReply { json in
            json.member("appid", app.appid)
            json.member("openid", user.openid)
            json.member("unionid", user.unionid)
            json.member("session_key", user.sessionKeys.first)
            json.member("blocked", user.isBlocked)
            json.member("nickName", user.nickName)
            json.member("avatarUrl", user.avatarUrl)
        }
    }

    static func inspect(
        _ code: String,
        at now: UnixTime,
        in state: inout SimulatorState
    ) -> ControlReply {
        guard let (appid, entry, age) = state.codes.inspect(code, at: now) else {
            return ControlReply(
                error: "not_found",
                status: 404,
                detail: "no such code, or it is older than five minutes"
            )
        }
        return ControlReply { json in
            json.member("appid", appid)
            json.member("openid", entry.openid)
            json.member("used", entry == .used(openid: entry.openid))
            json.member("age_ms", Int(age.milliseconds))
        }
    }

    private static func writeMembers(of code: MintedCode, to json: inout JSONWriter) {
        json.member("code", code.code)
        json.member("appid", code.appid)
        json.member("openid", code.openid)
        json.member("unionid", code.unionid)
    }
}
