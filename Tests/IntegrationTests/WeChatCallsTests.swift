import Logging
import TestSupport
import Testing
import UV
import WeChat
import WeChatSimulator

@testable import Gateway

/// The client of WeChat's API and the simulator, which were written apart, agree on the calls that need an access_token.
@Suite struct WeChatCallsTests {
    private let simulator = Simulator()

    /// What one user of the default app is to these calls.
    private struct Calls {
        let tokens: AccessTokens
        let client: WeChatClient
        let app: App
        let openID: String

        func phoneNumber(_ code: String) async throws -> PhoneNumber {
            let code = try #require(PhoneCode(code))
            return try await tokens.withToken(of: app, on: client.loop) { token throws(WeChatError) in
                try await client.userPhoneNumber(app: app.weChat, code: code, openID: openID, accessToken: token)
            }
        }

        func isCurrent(_ sessionKey: String) async throws -> Bool {
            let key = try #require(SessionKey(sessionKey))
            return try await tokens.withToken(of: app, on: client.loop) { token throws(WeChatError) in
                try await client.checkSession(app: app.weChat, openID: openID, sessionKey: key, accessToken: token)
            }
        }
    }

    private func withCalls(
        _ body: @escaping @Sendable (isolated LoopActor, Calls) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let service = try SimulatorService(simulator, logger: logger)
        let port = try await service.start()
        let configuration = try GatewayConfiguration.ofTests(bases: ["http://127.0.0.1:\(port)"])
        let app = try #require(configuration.apps.first)
        let environment = AccessTokenEnvironment(
            policy: configuration.accessTokens,
            upstream: configuration.upstream,
            store: MemoryAccessTokenStore(),
            dataKeys: configuration.dataKeys,
            clock: .system,
            failures: WeChatFailureLog(logger: logger, clock: .system),
            logger: logger
        )
        try await withLoop { [logger] actor in
            let client = try WeChatClient(
                on: actor.loop,
                configuration: configuration.upstream.client,
                logger: logger
            )
            let tokens = AccessTokens(of: [app], over: [actor.loop], environment)
            try await tokens.start()
            let calls = Calls(tokens: tokens, client: client, app: app, openID: "o1")
            let result: Result<Void, any Error>
            do { result = .success(try await body(actor, calls)) } catch { result = .failure(error) }
            await tokens.stop()
            client.close()
            try result.get()
        }
        await service.drain(timeoutMilliseconds: 100)
        let leaks = await offPool { service.join() }
        #expect(leaks.isEmpty)
    }

    private var tokenRequests: Int { simulator.counters.requests["/cgi-bin/stable_token"]?.total ?? 0 }

    @Test func `a phone code becomes a number, once`() async throws {
        let code = try simulator.mintPhoneCode(user: .openid("o1")).code
        try await withCalls { [self] _, calls in
            let number = try await calls.phoneNumber(code)
            #expect(number.purePhoneNumber == "13580006666")
            #expect(number.countryCode == "86")
            #expect(number.appID == DefaultApp.appid)
            await #expect(throws: WeChatError.self) { _ = try await calls.phoneNumber(code) }
            #expect(tokenRequests == 1)
        }
    }

    @Test func `only the newest session_key is current`() async throws {
        let first = try #require(try simulator.rotateSessionKey(of: .openid("o1")).sessionKeys.first)
        try await withCalls { [self] _, calls in
            var isCurrent = try await calls.isCurrent(first)
            #expect(isCurrent)
            let second = try #require(try simulator.rotateSessionKey(of: .openid("o1")).sessionKeys.first)
            isCurrent = try await calls.isCurrent(first)
            #expect(!isCurrent)
            isCurrent = try await calls.isCurrent(second)
            #expect(isCurrent)
            #expect(tokenRequests == 1)
        }
    }

    @Test func `a token that dies early is replaced without the caller's knowing`() async throws {
        let key = try #require(try simulator.rotateSessionKey(of: .openid("o1")).sessionKeys.first)
        try await withCalls { [self] _, calls in
            _ = try await calls.isCurrent(key)
            // The gateway's clock stays where it is, so it takes the token for good.
            simulator.advanceClock(by: .seconds(7200))
            let isCurrent = try await calls.isCurrent(key)
            #expect(isCurrent)
            #expect(tokenRequests == 2)
            #expect(simulator.counters.requests["/wxa/checksession"]?.errcodes == [0: 2, 42001: 1])
        }
    }
}
