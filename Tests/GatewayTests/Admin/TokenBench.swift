import HTTP
import HTTPServer
import Testing
import UV
import WeChat

@testable import Gateway

/// The routes that hand out access_tokens, over a source that the test plays and a clock that stands still.
final class TokenBench {
    static let otherAppID = "wx00000000000000b2"
    static let token = "98_the-token-of-WeChat"

    let source = ScriptedTokenSource()
    let clock = ManualClock()
    let log = LogRecorder()
    let authorization: AdminAuthorization
    let tokens: AccessTokenAdministration
    let route: AdminAccessTokenRoute
    let weChat: WeChatTokenRoute

    /// - Parameter keyed: whether any key is configured.
    init(on loop: EventLoop, appIDs: [String] = [GatewaySamples.appID], keyed: Bool = true) throws {
        let keys = [
            try AdminKey(name: "service", key: "key-of-service", scopes: [.accessToken]),
            try AdminKey(name: "users", key: "key-of-users", scopes: [.users, .introspect, .revoke, .phone]),
            try AdminKey(
                name: "other",
                key: "key-of-other",
                scopes: [.accessToken],
                appIDs: [TokenBench.otherAppID]
            ),
        ]
        authorization = AdminAuthorization(keys: AdminKeys(keyed ? keys : []), logger: log.logger())
        tokens = AccessTokenAdministration(
            on: loop,
            apps: AppRegistry(try appIDs.map { try GatewaySamples.app($0) }),
            source: source,
            clock: clock.wall
        )
        route = AdminAccessTokenRoute(authorization: authorization, tokens: tokens)
        weChat = WeChatTokenRoute(authorization: authorization, tokens: tokens)
        source.handsOut(try kept())
    }

    /// A token with so many milliseconds left.
    func kept(_ text: String = token, left milliseconds: Int64 = 5_000_999) throws -> KeptAccessToken {
        KeptAccessToken(
            token: try #require(AccessToken(text)),
            mode: .stable,
            obtainedAt: clock.milliseconds - 1_000,
            expiresAt: clock.milliseconds + milliseconds
        )
    }

    // MARK: - Calls, each as one line

    func get(_ query: String = "", key: String = "key-of-service") async -> String {
        let target = "/internal/v1/access_token\(query)"
        return await line { try await route.handOut(by: try GatewaySamples.authorized(.get, target, key)) }
    }

    func invalidate(_ json: String?, key: String = "key-of-service") async -> String {
        let target = "/internal/v1/access_token/invalidate"
        return await line {
            try await route.invalidate(by: try GatewaySamples.authorized(.post, target, key, json: json))
        }
    }

    func invalidate(form: String) async -> String {
        await line {
            let headers: Headers = [
                "Authorization": "Bearer key-of-service", "Content-Type": "application/x-www-form-urlencoded",
            ]
            return try await route.invalidate(by: try GatewaySamples.request(.post, "/", headers: headers, body: form))
        }
    }

    func token(_ query: String, _ method: HTTP.Method = .get) async -> String {
        await line { try await weChat.token(by: try GatewaySamples.request(method, "/cgi-bin/token\(query)")) }
    }

    func stableToken(_ body: String, _ method: HTTP.Method = .post, headers: Headers = Headers()) async -> String {
        await line {
            let request = try GatewaySamples.request(method, "/cgi-bin/stable_token", headers: headers, body: body)
            return try await weChat.stableToken(by: request)
        }
    }
}
