import FoundationEssentials

/// `POST /cgi-bin/stable_token`: the app's access_token, the same one until its last five minutes (facts sheet 3).
enum StableTokenEndpoint {
    static func fetch(
        _ call: WeChatCall,
        at now: UnixTime,
        in state: inout SimulatorState
    ) -> WeChatOutcome<AccessTokenEndpoint.Grant> {
        if call.method == "POST", !call.hasContentLength { return .preconditionFailed }
        guard call.method == "POST" else { return .refused(.cgi(43002)) }
        // A body that is no JSON object, such as a form, has no parameters.
        let parameters = try? JSONDecoder().decode(Parameters.self, from: Data(call.body))
        guard let appid = parameters?.appid else { return .refused(.cgi(41002)) }
        guard let secret = parameters?.secret else { return .refused(.cgi(41004)) }
        guard parameters?.grantType == "client_credential" else { return .refused(.cgi(40002)) }
        let app: SimulatedApp
        switch state.app(fetching: .stable, appid: appid, secret: secret, from: call.clientIP, at: now) {
        case .app(let found): app = found
        case .refused(let failure): return .refused(failure)
        }
        guard let isForced = parameters?.isForced else { return .refused(.cgi(47001)) }
        let answer = state.accessTokens.answer(.stable, isForced: isForced, of: app, at: now, using: &state.generator)
        return AccessTokenEndpoint.outcome(of: answer)
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
