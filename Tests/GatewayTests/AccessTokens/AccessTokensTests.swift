import HTTPServer
import Logging
import Synchronization
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

@Suite struct AccessTokensTests {
    private static let dead = WeChatError.invalidAccessToken(WeChatRefusal(errcode: 40001, errmsg: "dead"))

    private let clock = ManualClock()
    private let upstream = TokenUpstream()
    private let tokens: AccessTokens
    private let app: WeChatApp

    init() throws {
        tokens = AccessTokens(clock: clock.wall)
        app = try GatewaySamples.app().weChat
    }

    /// Runs a body with a client of the upstream, all on one loop.
    private func withClient<Value: Sendable>(
        _ body: @escaping @Sendable (isolated LoopActor, WeChatClient) async throws -> Value
    ) async throws -> Value {
        try await withLoop { [upstream] actor in
            let server = upstream.server(on: actor.loop)
            let port = try server.start()
            let client = try WeChatClient(
                on: actor.loop,
                configuration: WeChatClientConfiguration(bases: ["http://127.0.0.1:\(port)"]),
                logger: Logger(label: "test")
            )
            let result: Result<Value, any Error>
            do { result = .success(try await body(actor, client)) } catch { result = .failure(error) }
            client.close()
            await server.drain(timeoutMilliseconds: 100)
            return try result.get()
        }
    }

    /// The text of the token that a call is made with; the call succeeds.
    private func tokenText(of app: WeChatApp? = nil, _ client: WeChatClient) async throws -> String {
        try await tokens.withToken(of: app ?? self.app, through: client) { token throws(WeChatError) in token.string }
    }

    private func expect(
        _ text: String,
        of app: WeChatApp? = nil,
        _ client: WeChatClient,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let used = try await tokenText(of: app, client)
        #expect(used == text, sourceLocation: sourceLocation)
    }

    @Test func `a token is fetched when it is needed, and again a minute before its end`() async throws {
        try await withClient { [self] actor, client in
            #expect(upstream.fetches == 0)
            try await expect("t1", client)
            try await expect("t1", client)
            clock.advance(seconds: 7139)
            try await expect("t1", client)
            clock.advance(seconds: 1)
            try await expect("t2", client)
            #expect(upstream.fetches == 2)
        }
    }

    @Test func `each app has a token of its own`() async throws {
        let other = try GatewaySamples.app("wx2").weChat
        try await withClient { [self] actor, client in
            try await expect("t1", client)
            try await expect("t2", of: other, client)
            try await expect("t1", client)
        }
    }

    @Test func `many calls on several loops wait for one fetch`() async throws {
        upstream.delay(milliseconds: 200)
        let texts = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<3 {
                group.addTask {
                    try await withClient { [self] actor, client in
                        let bound = LoopBound(client, on: client.loop)
                        let tasks = (0..<20).map { _ in
                            Task(executorPreference: client.loop) {
                                try await actor.run { _ in try await tokenText(bound.value) }
                            }
                        }
                        var texts: [String] = []
                        for task in tasks { texts.append(try await task.value) }
                        return texts
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(texts == Array(repeating: "t1", count: 60))
        #expect(upstream.fetches == 1)
    }

    @Test func `a call whose token is dead is made once more with a new one`() async throws {
        try await withClient { [self] actor, client in
            var seen: [String] = []
            let result = try await tokens.withToken(of: app, through: client) { token throws(WeChatError) in
                seen.append(token.string)
                if seen.count == 1 { throw Self.dead }
                return token.string
            }
            #expect(result == "t2")
            #expect(seen == ["t1", "t2"])
            #expect(upstream.fetches == 2)
        }
    }

    @Test func `a second refusal is the answer`() async throws {
        try await withClient { [self] actor, client in
            var calls = 0
            await #expect(throws: Self.dead) {
                try await tokens.withToken(of: app, through: client) { _ throws(WeChatError) in
                    calls += 1
                    throw Self.dead
                }
            }
            #expect(calls == 2)
            #expect(upstream.fetches == 2)
        }
    }

    @Test func `when WeChat has no other token, the call is not repeated`() async throws {
        upstream.reply(TokenUpstream.token("same"), TokenUpstream.token("same"))
        try await withClient { [self] actor, client in
            var calls = 0
            await #expect(throws: Self.dead) {
                try await tokens.withToken(of: app, through: client) { _ throws(WeChatError) in
                    calls += 1
                    throw Self.dead
                }
            }
            #expect(calls == 1)
            #expect(upstream.fetches == 2)
        }
    }

    @Test func `a token that was replaced meanwhile is not fetched again`() async throws {
        try await withClient { [self] actor, client in
            var seen: [String] = []
            _ = try await tokens.withToken(of: app, through: client) { token throws(WeChatError) in
                seen.append(token.string)
                guard token.string == "t1" else { return }
                // Another call finds it dead first.
                _ = try await tokens.withToken(of: app, through: client) { token throws(WeChatError) in
                    if token.string == "t1" { throw Self.dead }
                }
                throw Self.dead
            }
            #expect(seen == ["t1", "t2"])
            #expect(upstream.fetches == 2)
        }
    }

    @Test func `other errors are not repeated and keep the token`() async throws {
        try await withClient { [self] actor, client in
            await #expect(throws: WeChatError.timeout) {
                try await tokens.withToken(of: app, through: client) { _ throws(WeChatError) in
                    throw WeChatError.timeout
                }
            }
            try await expect("t1", client)
            #expect(upstream.fetches == 1)
        }
    }

    @Test func `a failed fetch is the error of the call, and the next call fetches`() async throws {
        upstream.reply(#"{"errcode":40001,"errmsg":"invalid credential"}"#)
        try await withClient { [self] actor, client in
            let refusal = WeChatRefusal(errcode: 40001, errmsg: "invalid credential")
            await #expect(throws: WeChatError.misconfigured(refusal)) { try await tokenText(client) }
            try await expect("t2", client)
        }
    }

    @Test func `a client that hangs up does not end the fetch that others wait for`() async throws {
        upstream.delay(milliseconds: 150)
        try await withClient { [self] actor, client in
            let bound = LoopBound(client, on: client.loop)
            func start() -> Task<String, any Error> {
                Task(executorPreference: client.loop) {
                    try await actor.run { _ in try await tokenText(bound.value) }
                }
            }
            let first = start()
            while upstream.fetches == 0 { try await client.loop.sleep(milliseconds: 1) }
            let second = start()
            try await client.loop.sleep(milliseconds: 5)
            first.cancel()
            await #expect(throws: WeChatError.cancelled) { try await first.value }
            let other = try await second.value
            #expect(other == "t1")
            #expect(upstream.fetches == 1)
        }
    }
}
