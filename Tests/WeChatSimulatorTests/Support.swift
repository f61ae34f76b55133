import Foundation
import Testing

@testable import WeChatSimulator

/// A moment that all tests start from: 2024-08-22T01:14:57Z, a Thursday morning in Beijing.
let start = UnixTime(seconds: 0x66C6_9111)

/// A strict simulator that does the same in each run.
func makeState(_ apps: [SimulatedApp]? = nil, acceptsAnyCode: Bool = false) -> SimulatorState {
    var configuration = SimulatorConfiguration(acceptsAnyCode: acceptsAnyCode, seed: 1)
    if let apps { configuration.apps = apps }
    return SimulatorState(configuration)
}

extension WeChatCall {
    /// A faultless exchange of the code with the default app's credentials; nil leaves a parameter out.
    static func exchange(
        _ code: String?,
        appid: String? = DefaultApp.appid,
        secret: String? = DefaultApp.secret,
        grantType: String? = "authorization_code",
        from ip: String = "127.0.0.1"
    ) -> WeChatCall {
        let parameters = [("appid", appid), ("secret", secret), ("js_code", code), ("grant_type", grantType)]
        let query = parameters.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
        return WeChatCall(path: "/sns/jscode2session", query: query, clientIP: ip)
    }
}

extension SimulatorState {
    /// The errcode of an exchange without faults; 0 for a grant.
    mutating func errcode(_ call: WeChatCall, at now: UnixTime = start) -> Int {
        switch Code2SessionEndpoint.exchange(call, at: now, in: &self) {
        case .granted: 0
        case .refused(let failure): failure.errcode
        case .preconditionFailed: 412
        }
    }

    /// The grant of an exchange without faults.
    mutating func grant(_ call: WeChatCall, at now: UnixTime = start) -> Code2SessionEndpoint.Grant? {
        switch Code2SessionEndpoint.exchange(call, at: now, in: &self) {
        case .granted(let grant): grant
        default: nil
        }
    }

    /// The same, for a test that needs one.
    mutating func requireGrant(_ call: WeChatCall, at now: UnixTime = start) throws -> Code2SessionEndpoint.Grant {
        let grant = grant(call, at: now)
        return try #require(grant)
    }

    /// A fresh code of the default app.
    mutating func freshCode(of user: UserChoice = .new, at now: UnixTime = start) throws -> String {
        try mintCode(appid: nil, user: user, at: now).code
    }
}

extension ReplyPlan {
    /// The body that would be sent as usual, as text.
    var text: String? {
        if case .send(let reply) = delivery { String(decoding: reply.body, as: UTF8.self) } else { nil }
    }
}

/// Reads the JSON object of a reply.
func json(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
}

extension WeChatCall {
    /// A faultless call of stable_token with the default app's credentials; nil leaves a member out.
    static func stableToken(
        appid: String? = DefaultApp.appid,
        secret: String? = DefaultApp.secret,
        grantType: String? = "client_credential",
        forceRefresh: String? = nil
    ) -> WeChatCall {
        var members = [("appid", appid), ("secret", secret), ("grant_type", grantType)]
            .compactMap { name, value in value.map { #""\#(name)":"\#($0)""# } }
        if let forceRefresh { members.append(#""force_refresh":\#(forceRefresh)"#) }
        return .post("/cgi-bin/stable_token", body: "{" + members.joined(separator: ",") + "}")
    }

    /// A faultless call of token with the default app's credentials; nil leaves a parameter out.
    static func plainToken(
        appid: String? = DefaultApp.appid,
        secret: String? = DefaultApp.secret,
        grantType: String? = "client_credential"
    ) -> WeChatCall {
        let parameters = [("appid", appid), ("secret", secret), ("grant_type", grantType)]
        let query = parameters.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
        return WeChatCall(path: "/cgi-bin/token", query: query)
    }

    static func phoneNumber(token: String?, body: String) -> WeChatCall {
        .post("/wxa/business/getuserphonenumber", query: token.map { "access_token=\($0)" }, body: body)
    }

    static func checkSession(
        token: String?,
        openid: String? = "o1",
        signature: String? = nil,
        method: String? = "hmac_sha256"
    ) -> WeChatCall {
        let parameters = [
            ("access_token", token), ("openid", openid), ("signature", signature), ("sig_method", method),
        ]
        let query = parameters.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
        return WeChatCall(path: "/wxa/checksession", query: query)
    }

    static func wxaCode(token: String?, body: String) -> WeChatCall {
        .post("/wxa/getwxacodeunlimit", query: token.map { "access_token=\($0)" }, body: body)
    }

    static func urlLink(token: String?, body: String, host: String? = nil) -> WeChatCall {
        var call = post("/wxa/generate_urllink", query: token.map { "access_token=\($0)" }, body: body)
        call.host = host
        return call
    }

    static func quota(token: String?, body: String) -> WeChatCall {
        .post("/cgi-bin/openapi/quota/get", query: token.map { "access_token=\($0)" }, body: body)
    }

    static func post(_ path: String, query: String? = nil, body: String) -> WeChatCall {
        WeChatCall(method: "POST", path: path, query: query, hasContentLength: true, body: Array(body.utf8))
    }
}

extension SimulatorState {
    /// The JSON that a call is answered with, whatever the endpoint.
    mutating func answer(_ call: WeChatCall, at now: UnixTime = start) throws -> [String: Any] {
        try json(Array(try #require(plan(call, at: now).text).utf8))
    }

    /// The errcode that a call is answered with; 0 when there is none.
    mutating func code(_ call: WeChatCall, at now: UnixTime = start) throws -> Int {
        try answer(call, at: now)["errcode"] as? Int ?? 0
    }

    /// The token that a call is answered with.
    mutating func token(_ call: WeChatCall = .stableToken(), at now: UnixTime = start) throws -> String {
        let answer = try answer(call, at: now)
        return try #require(answer["access_token"] as? String)
    }
}
