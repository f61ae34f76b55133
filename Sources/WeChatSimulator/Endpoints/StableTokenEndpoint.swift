import FoundationEssentials

/// `POST /cgi-bin/stable_token`: the app's access_token, the same one until its last five minutes (facts sheet 3).
enum StableTokenEndpoint {
    static func fetch(
        _ call: WeChatCall,
        at now: UnixTime,
        in state: inout SimulatorState
    ) -> WeChatOutcome<AccessTokenBook.Issued> {
        if call.method == "POST", !call.hasContentLength { return .preconditionFailed }
        guard call.method == "POST" else { return .refused(.cgi(43002)) }
        // A body that is no JSON object, such as a form, has no parameters.
        let parameters = try? JSONDecoder().decode(Parameters.self, from: Data(call.body))
        guard let appid = parameters?.appid else { return .refused(.cgi(41002)) }
        guard let secret = parameters?.secret else { return .refused(.cgi(41004)) }
        guard parameters?.grantType == "client_credential" else { return .refused(.cgi(40002)) }
        if case .refused(let failure) = state.app(appid: appid, secret: secret, from: call.clientIP, .cgi) {
            return .refused(failure)
        }
        if let errcode = state.tokenQuotas[appid, default: AccessTokenQuotas()].takeStable(at: now) {
            return .refused(.cgi(errcode))
        }
        guard let isForced = parameters?.isForced else { return .refused(.cgi(47001)) }
        if isForced {
            switch state.tokenQuotas[appid, default: AccessTokenQuotas()].takeForced(at: now) {
            case .exhausted: return .refused(.cgi(45009))
            case .granted:
                // The token before it is dead at once: a leak is the only reason to force.
                return .granted(
                    state.accessTokens.issue(
                        .stable,
                        appid: appid,
                        overlap: .zero,
                        at: now,
                        using: &state.generator
                    )
                )
            case .tooSoon: break
            }
        }
        return .granted(state.accessTokens.stableToken(appid: appid, at: now, using: &state.generator))
    }
}

/// The members of the body. An empty or ill-typed one counts as missing.
private struct Parameters: Decodable {
    let appid: String?
    let secret: String?
    let grantType: String?
    /// Nil when the member is not a boolean.
    let isForced: Bool?

    private enum CodingKeys: String, CodingKey {
        case appid, secret
        case grantType = "grant_type"
        case forceRefresh = "force_refresh"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) -> String? {
            guard let text = try? container.decode(String.self, forKey: key), !text.isEmpty else { return nil }
            return text
        }
        appid = text(.appid)
        secret = text(.secret)
        grantType = text(.grantType)
        isForced =
            container.contains(.forceRefresh) ? try? container.decode(Bool.self, forKey: .forceRefresh) : false
    }
}
