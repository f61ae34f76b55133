/// What there is: users, and the codes and links that apps had made.
extension ControlEndpoint {
    /// How many are shown where nobody says it.
    private static let shownDefault = 50

    static func users(_ parameters: QueryParameters, in state: SimulatorState) throws(SimulatorRefusal) -> ControlReply
    {
        let app = try state.app(parameters["appid"])
        let limit = try limit(parameters, max: UserRoster.shownMax)
        return ControlReply { json in
            json.key("users")
            json.beginArray()
            for (key, note) in state.roster.newest(limit, of: app.appid) {
                guard let user = state.users[key] else { continue }
                json.beginObject()
                json.member("appid", app.appid)
                json.member("openid", user.openid)
                json.member("unionid", user.unionid)
                json.member("user", note.name)
                json.member("nickName", user.nickName)
                json.member("avatarUrl", user.avatarUrl)
                json.member("phone", note.phone?.phoneNumber)
                json.member("blocked", user.isBlocked)
                json.endObject()
            }
            json.endArray()
        }
    }

    static func wxaCodes(
        _ parameters: QueryParameters,
        at now: UnixTime,
        in state: SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        let appid = parameters["appid"]
        if let appid { _ = try state.app(appid) }
        let limit = try limit(parameters, max: EntranceBook.shownMax)
        return ControlReply { json in
            json.key("codes")
            json.beginArray()
            for entrance in state.entrances.newest(limit, of: appid) {
                json.beginObject()
                write(entrance, at: now, to: &json)
                json.endObject()
            }
            json.endArray()
        }
    }

    static func link(_ ticket: String, at now: UnixTime, in state: SimulatorState) -> ControlReply {
        guard let entrance = state.entrances.link(ticket, at: now) else {
            return ControlReply(error: "not_found", status: 404, detail: "no such link, or it has expired")
        }
        return ControlReply { write(entrance, at: now, to: &$0) }
    }

    private static func write(_ entrance: Entrance, at now: UnixTime, to json: inout JSONWriter) {
        json.member("kind", entrance.link == nil ? "code" : "link")
        json.member("appid", entrance.appid)
        json.member("scene", entrance.scene)
        json.member("page", entrance.page)
        json.member("env_version", entrance.environment.rawValue)
        json.member("age_s", Int((now - entrance.madeAt).milliseconds / 1000))
        guard let link = entrance.link else { return }
        json.member("link", link.address)
        json.member("expires_in_s", Int((link.expiresAt - now).milliseconds / 1000))
    }

    private static func limit(_ parameters: QueryParameters, max: Int) throws(SimulatorRefusal) -> Int {
        guard let text = parameters["limit"] else { return min(shownDefault, max) }
        guard let limit = Int(text), (1...max).contains(limit) else { throw .invalid("limit must be 1 to \(max)") }
        return limit
    }
}
