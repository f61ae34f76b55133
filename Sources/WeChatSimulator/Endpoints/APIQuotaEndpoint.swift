import FoundationEssentials

/// `POST /cgi-bin/openapi/quota/get`: how much of a path's quota is left (facts sheet 10).
enum APIQuotaEndpoint {
    static func get(_ call: WeChatCall, at now: UnixTime, in state: inout SimulatorState) -> WeChatOutcome<APIQuota> {
        state.outcome(ofPost: call, at: now) { app, state in
            if call.body.isEmpty { return .refused(.cgi(44002)) }
            guard let parameters = try? JSONDecoder().decode(Parameters.self, from: Data(call.body)) else {
                return .refused(.cgi(47001))
            }
            let path = parameters.path ?? ""
            if path.hasPrefix("/sns/") { return .refused(.cgi(76022)) }
            let endpoint = WeChatEndpoint(path: path)
            guard endpoint != .unknown else { return .refused(.cgi(76021)) }
            return .granted(quota(of: endpoint, for: app, at: now, in: state))
        }
    }

    static func body(of quota: APIQuota, spoiledBy fault: Fault?) -> [UInt8] {
        JSONWriter.reply(confirms: true, spoiledBy: fault) { json in
            json.key("quota")
            json.beginObject()
            json.member("daily_limit", quota.dailyLimit)
            json.member("used", quota.used)
            json.member("remain", quota.remain)
            json.endObject()
            guard let perMinute = quota.perMinute else { return }
            json.key("rate_limit")
            json.beginObject()
            json.member("call_count", perMinute)
            json.member("refresh_second", 60)
            json.endObject()
        }
    }

    private static func quota(
        of endpoint: WeChatEndpoint,
        for app: SimulatedApp,
        at now: UnixTime,
        in state: SimulatorState
    ) -> APIQuota {
        let rules = app.accessTokens
        switch endpoint {
        case .accessToken:
            let used = state.accessTokens.callsToday(.legacy, appid: app.appid, at: now)
            return APIQuota(dailyLimit: rules.legacyPerDayMax, used: used)
        case .stableToken:
            let used = state.accessTokens.callsToday(.stable, appid: app.appid, at: now)
            let perMinute = AccessTokenQuotas.stablePerMinuteMax
            return APIQuota(dailyLimit: rules.stablePerDayMax, used: used, perMinute: perMinute)
        case .urlLink:
            let used = state.usage.linksToday(appid: app.appid, at: now)
            return APIQuota(dailyLimit: app.linksPerDayMax, used: used)
        default:
            return APIQuota(
                dailyLimit: APIQuota.unpublishedPerDay,
                used: state.usage.today(endpoint, appid: app.appid, at: now),
                perMinute: endpoint == .unlimitedWXACode ? app.wxaCodesPerMinuteMax : nil
            )
        }
    }
}

private struct Parameters: Decodable {
    let path: String?

    private enum CodingKeys: String, CodingKey {
        case path = "cgi_path"
    }
}
