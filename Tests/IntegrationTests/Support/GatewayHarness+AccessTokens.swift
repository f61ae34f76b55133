import Synchronization
import Testing
import UV
import WeChat
import WeChatSimulator

@testable import Gateway

/// Paths of WeChat that have to do with access_tokens.
enum TokenPath {
    static let stable = "/cgi-bin/stable_token"
    static let legacy = "/cgi-bin/token"
    static let proof = "/cgi-bin/get_api_domain_ip"
    static let phone = "/wxa/business/getuserphonenumber"
}

extension FaultPlan {
    /// The same trouble at every endpoint that hands out tokens or judges them, and at no other.
    static func ofTokens(_ fault: Fault) -> FaultPlan {
        FaultPlan(rules: [TokenPath.stable, TokenPath.legacy, TokenPath.proof].map { FaultRule(fault, path: $0) })
    }
}

extension GatewayHarness {
    /// The text of the default app's token that is kept now.
    var keptToken: String? {
        gateway.accessTokens.snapshots.first { $0.appID == DefaultApp.appid }?.kept?.token.string
    }

    /// Waits until a token is kept, another one than the given.
    func untilKept(after old: String? = nil) throws -> String {
        try waitUntil { keptToken != nil && keptToken != old }
        return keptToken ?? ""
    }

    /// Runs a body on the gateway's first loop, as a request's handler runs, while this thread waits.
    func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable (isolated LoopActor) async throws -> Value
    ) throws -> Value {
        let loop = gateway.firstLoop
        let actor = loop.actor
        let outcome = Mutex<Result<Value, any Error>?>(nil)
        let kept = Kept(outcome)
        Task(executorPreference: loop) {
            let result: Result<Value, any Error>
            do { result = .success(try await actor.run(body)) } catch { result = .failure(error) }
            kept.outcome.withLock { $0 = result }
        }
        try waitUntil { kept.outcome.withLock { $0 != nil } }
        guard let result = kept.outcome.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }

    private final class Kept<Value: Sendable>: Sendable {
        let outcome: Mutex<Result<Value, any Error>?>
        init(_ outcome: consuming Mutex<Result<Value, any Error>?>) { self.outcome = outcome }
    }

    /// Hands out the default app's token as to another service.
    func handOut() throws -> KeptAccessToken {
        let (gateway, app) = (gateway, try GatewayConfiguration.ofTests(bases: []).apps[0])
        return try onLoop { actor in try await gateway.accessTokens.handOut(of: app, on: actor.loop) }
    }

    /// What many services are told that report the same token at once.
    func report(_ token: String, times: Int) throws -> [AccessTokenReport] {
        let (gateway, app) = (gateway, try GatewayConfiguration.ofTests(bases: []).apps[0])
        return try onLoop { actor in
            let reports = (0..<times).map { _ in
                Task(executorPreference: actor.loop) {
                    try await actor.run { actor in
                        try await gateway.accessTokens.report(AccessToken(token), of: app, on: actor.loop)
                    }
                }
            }
            var answers: [AccessTokenReport] = []
            for report in reports { answers.append(try await report.value) }
            return answers
        }
    }

    /// A call of the gateway's own: the phone number of the session's user, by a new code.
    func phone(of openid: String, token: String, by client: KeepAliveClient) throws -> HTTPReply {
        let code = try simulator.mintPhoneCode(user: .openid(openid)).code
        return try client.phone(["code": code], token: token)
    }
}
