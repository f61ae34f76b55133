/// Access tokens: what other systems of the same owner, and WeChat out of turn, do to them.
extension ControlEndpoint {
    static func accessTokens(
        _ parameters: QueryParameters,
        at now: UnixTime,
        in state: inout SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        let app = try state.app(parameters["appid"])
        let overview = try state.accessTokens(of: app.appid, at: now)
        return ControlReply { json in
            json.member("appid", app.appid)
            json.key(AccessTokenKind.legacy.rawValue)
            json.beginObject()
            write(overview.legacy, to: &json)
            json.endObject()
            json.key(AccessTokenKind.stable.rawValue)
            json.beginObject()
            write(overview.stable, to: &json)
            json.member("forced_today", overview.forcedToday)
            json.endObject()
        }
    }

    static func fetchAccessToken(
        _ input: ControlObject,
        at now: UnixTime,
        in state: inout SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        var input = input
        let appid = try input.string("appid")
        let kind = try kind(&input)
        let isForced = try input.flag("force") ?? false
        try input.finish()
        let answer = try state.fetchAccessTokenAsRival(kind, isForced: isForced, appid: appid, at: now)
        return ControlReply { json in
            switch answer {
            case .granted(let token, let expiresIn):
                json.member("access_token", token)
                json.member("expires_in", expiresIn)
            case .refused(let errcode):
                json.member("errcode", errcode)
            }
        }
    }

    static func expireAccessToken(
        _ input: ControlObject,
        at now: UnixTime,
        in state: inout SimulatorState
    ) throws(SimulatorRefusal) -> ControlReply {
        var input = input
        let appid = try input.string("appid")
        let kind = try kind(&input)
        try input.finish()
        try state.expireAccessToken(kind, appid: appid, at: now)
        return ControlReply { $0.member("ok", true) }
    }

    private static func kind(_ input: inout ControlObject) throws(SimulatorRefusal) -> AccessTokenKind {
        guard let kind = try AccessTokenKind(input: &input, member: "kind") else {
            throw .invalid("kind must be legacy or stable")
        }
        return kind
    }

    private static func write(_ status: AccessTokenStatus, to json: inout JSONWriter) {
        json.member("access_token", status.token)
        json.member("expires_in", status.expiresIn)
        json.member("works", status.works)
        json.member("working", status.working)
    }
}
