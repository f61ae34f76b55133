/// Apps: what the developer sets in WeChat's console.
extension ControlEndpoint {
    static func putApp(
        _ input: ControlObject,
        at now: UnixTime,
        in state: inout SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        var input = input
        let appid = try input.string("appid") ?? Identifier.appid(using: &state.generator)
        let secret = try input.string("secret")
        var app =
            state.apps[appid]
            ?? SimulatedApp(appid: appid, secret: secret ?? Identifier.appSecret(using: &state.generator))
        if let secret { app.secret = secret }
        if let isFrozen = try input.flag("frozen") { app.isFrozen = isFrozen }
        if input.has("ip_whitelist") { app.ipWhiteList = try whiteList(try input.strings("ip_whitelist")) }
        if input.has("logins_per_day") {
            app.loginsPerDayMax = try input.integer("logins_per_day", in: 0...1_000_000_000)
        }
        if let limit = try input.integer("logins_per_user_minute", in: 0...1_000_000) {
            app.loginsPerUserMinuteMax = limit
        }
        if let hasUnionid = try input.flag("has_unionid") { app.hasUnionid = hasUnionid }
        if let name = try input.string("session_key_policy") {
            guard let policy = SessionKeyPolicy(rawValue: name) else {
                throw .invalid("session_key_policy must be always or keep")
            }
            app.sessionKeyPolicy = policy
        }
        if let pages = try input.strings("published_pages") { app.publishedPages = pages }
        if let limit = try input.integer("wxacodes_per_minute", in: 0...1_000_000) { app.wxaCodesPerMinuteMax = limit }
        if let limit = try input.integer("links_per_second", in: 0...1_000_000) { app.linksPerSecondMax = limit }
        if let limit = try input.integer("links_per_day", in: 0...1_000_000_000) { app.linksPerDayMax = limit }
        try app.accessTokens.update(from: &input)
        try input.finish()
        try state.put(app, at: now)
        return ControlReply { json in
            json.member("appid", app.appid)
            json.member("secret", app.secret)
            json.member("frozen", app.isFrozen)
            if let list = app.ipWhiteList {
                json.key("ip_whitelist")
                json.beginArray()
                for entry in list.entries { json.value(entry) }
                json.endArray()
            }
            if let limit = app.loginsPerDayMax { json.member("logins_per_day", limit) }
            json.member("logins_per_user_minute", app.loginsPerUserMinuteMax)
            json.member("has_unionid", app.hasUnionid)
            json.member("session_key_policy", app.sessionKeyPolicy.rawValue)
            json.key("published_pages")
            json.beginArray()
            for page in app.publishedPages { json.value(page) }
            json.endArray()
            json.member("wxacodes_per_minute", app.wxaCodesPerMinuteMax)
            json.member("links_per_second", app.linksPerSecondMax)
            json.member("links_per_day", app.linksPerDayMax)
            app.accessTokens.writeMembers(to: &json)
        }
    }

    private static func whiteList(_ entries: [String]?) throws(SimulatorRefusal) -> IPWhiteList? {
        guard let entries else { return nil }
        guard let list = IPWhiteList(entries) else {
            throw .invalid("ip_whitelist takes at most \(IPWhiteList.entriesMax) addresses, a.b.c.* or CIDR ranges")
        }
        return list
    }
}
