import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// What calls and callers get of the keepers.
@Suite struct AccessTokensTests {
    private static let dead = WeChatError.invalidAccessToken(WeChatRefusal(errcode: 40001, errmsg: "dead"))

    /// Makes a call that WeChat refuses for these tokens; the tokens that it was made with.
    private static func call(
        _ tokens: AccessTokens,
        _ app: App,
        on loop: EventLoop,
        refusing refused: Set<String> = []
    ) async throws -> [String] {
        var seen: [String] = []
        try await tokens.withToken(of: app, on: loop) { token throws(WeChatError) in
            seen.append(token.string)
            if refused.contains(token.string) { throw Self.dead }
        }
        return seen
    }

    /// Expects a call to succeed, made with these tokens in order.
    private static func expect(
        _ expected: [String],
        _ tokens: AccessTokens,
        _ app: App,
        on loop: EventLoop,
        refusing refused: Set<String> = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let used = try await call(tokens, app, on: loop, refusing: refused)
        #expect(used == expected, sourceLocation: sourceLocation)
    }

    @Test func `the first token is fetched at the start, and calls that come before it wait`() async throws {
        let fixture = try KeeperFixture()
        fixture.upstream.hold()
        try await fixture.withTokens { actor, tokens in
            let calls = (0..<20).map { _ in
                Task(executorPreference: actor.loop) {
                    try await actor.run { actor in try await Self.call(tokens, fixture.app, on: actor.loop) }
                }
            }
            try await until(on: actor.loop) { fixture.upstream.fetches == 1 }
            fixture.upstream.release()
            for call in calls {
                let used = try await call.value
                #expect(used == ["t1"])
            }
            let handedOut = try await tokens.handOut(of: fixture.app, on: actor.loop)
            #expect(handedOut.token.string == "t1")
            #expect(handedOut.secondsLeft(now: fixture.clock.milliseconds) == 7200)
        }
        #expect(fixture.upstream.asked == ["stable"])
    }

    @Test func `calls on other loops get the token without a job for its home`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            _ = try await tokens.handOut(of: fixture.app, on: actor.loop)
            let before = actor.loop.foreignEnqueues
            try await withLoop { other in
                for _ in 0..<100 {
                    try await Self.expect(["t1"], tokens, fixture.app, on: other.loop)
                }
                // The home of this test waits for the other loop; nothing else may have come to it.
                #expect(actor.loop.foreignEnqueues == before)
            }
        }
    }

    @Test func `requests on other loops wait for the same fetch`() async throws {
        let fixture = try KeeperFixture()
        fixture.upstream.hold()
        try await fixture.withTokens { actor, tokens in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await withLoop { other in
                            try await Self.expect(["t1"], tokens, fixture.app, on: other.loop)
                        }
                    }
                }
                try await until(on: actor.loop) { fixture.upstream.fetches == 1 }
                fixture.upstream.release()
                try await group.waitForAll()
            }
        }
        #expect(fixture.upstream.fetches == 1)
    }

    @Test func `each app has a token of its own`() async throws {
        let other = try GatewaySamples.app("wx2")
        let fixture = try KeeperFixture(others: [other])
        fixture.upstream.reply(TokenUpstream.token("a"), TokenUpstream.token("b"))
        try await fixture.withTokens { actor, tokens in
            let first = try await tokens.handOut(of: fixture.app, on: actor.loop)
            let second = try await tokens.handOut(of: other, on: actor.loop)
            #expect(Set([first.token.string, second.token.string]) == ["a", "b"])
            #expect(tokens.snapshots.map(\.appID) == ["wx2", fixture.app.id])
            #expect(tokens.snapshots.map(\.kept) == [second, first])
        }
    }

    @Test func `a call whose token was replaced is made once more with the new one`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            _ = try await tokens.handOut(of: fixture.app, on: actor.loop)
            fixture.upstream.replace()
            try await Self.expect(["t1", "t2"], tokens, fixture.app, on: actor.loop, refusing: ["t1"])
            try await Self.expect(["t2"], tokens, fixture.app, on: actor.loop)
        }
        // A plain fetch tells in stable mode; no proof, no force.
        #expect(fixture.upstream.asked == ["stable", "stable"])
    }

    @Test func `a dead token that WeChat still hands out is replaced by force`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            _ = try await tokens.handOut(of: fixture.app, on: actor.loop)
            fixture.upstream.kill()
            try await Self.expect(["t1", "t2"], tokens, fixture.app, on: actor.loop, refusing: ["t1"])
        }
        #expect(fixture.upstream.asked == ["stable", "stable", "proof t1", "forced"])
    }

    @Test func `a call that is refused with a good token is made once more all the same, and never a third time`()
        async throws
    {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            var calls: [String] = []
            await #expect(throws: Self.dead) {
                try await tokens.withToken(of: fixture.app, on: actor.loop) { token throws(WeChatError) in
                    calls.append(token.string)
                    throw Self.dead
                }
            }
            #expect(calls == ["t1", "t1"])
        }
        #expect(fixture.upstream.asked == ["stable", "stable", "proof t1"])
    }

    @Test func `a call with a token that was replaced meanwhile costs WeChat nothing`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            var seen: [String] = []
            try await tokens.withToken(of: fixture.app, on: actor.loop) { token throws(WeChatError) in
                seen.append(token.string)
                guard token.string == "t1" else { return }
                // Another call finds it dead first.
                fixture.upstream.replace()
                try await tokens.withToken(of: fixture.app, on: actor.loop) { token throws(WeChatError) in
                    if token.string == "t1" { throw Self.dead }
                }
                throw Self.dead
            }
            #expect(seen == ["t1", "t2"])
        }
        #expect(fixture.upstream.asked == ["stable", "stable"])
    }

    @Test func `other errors are not repeated and keep the token`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            var calls = 0
            await #expect(throws: WeChatError.timeout) {
                try await tokens.withToken(of: fixture.app, on: actor.loop) { _ throws(WeChatError) in
                    calls += 1
                    throw WeChatError.timeout
                }
            }
            #expect(calls == 1)
            try await Self.expect(["t1"], tokens, fixture.app, on: actor.loop)
        }
        #expect(fixture.upstream.asked == ["stable"])
    }

    @Test func `a failed fetch is the error of who waits for it`() async throws {
        let fixture = try KeeperFixture()
        fixture.upstream.hold()
        fixture.upstream.reply(TokenUpstream.refusal(40125))
        try await fixture.withTokens { actor, tokens in
            let call = Task(executorPreference: actor.loop) {
                try await actor.run { actor in try await Self.call(tokens, fixture.app, on: actor.loop) }
            }
            try await until(on: actor.loop) { fixture.upstream.fetches == 1 }
            fixture.upstream.release()
            let refusal = WeChatRefusal(errcode: 40125, errmsg: "refused")
            await #expect(throws: WeChatError.misconfigured(refusal)) { try await call.value }
            await #expect(throws: AccessTokenUnavailable.self) {
                try await tokens.handOut(of: fixture.app, on: actor.loop)
            }
            #expect(tokens.trouble(of: fixture.app)?.contains("40125") == true)
        }
    }

    @Test func `a request that hangs up leaves the fetch to the others`() async throws {
        let fixture = try KeeperFixture()
        fixture.upstream.hold()
        try await fixture.withTokens { actor, tokens in
            let tasks = (0..<2).map { _ in
                Task(executorPreference: actor.loop) {
                    try await actor.run { actor in try await Self.call(tokens, fixture.app, on: actor.loop) }
                }
            }
            try await until(on: actor.loop) { fixture.upstream.fetches == 1 }
            tasks[0].cancel()
            // At once: WeChat has not answered yet.
            await #expect(throws: WeChatError.cancelled) { try await tasks[0].value }
            fixture.upstream.release()
            let used = try await tasks[1].value
            #expect(used == ["t1"])
        }
        #expect(fixture.upstream.asked == ["stable"])
    }

    @Test func `a hundred reports of one dead token are one proof and one refresh, and all say so`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            let token = try await tokens.handOut(of: fixture.app, on: actor.loop).token
            fixture.upstream.replace()
            fixture.upstream.hold()
            let reports = (0..<100).map { _ in
                Task(executorPreference: actor.loop) {
                    try await actor.run { actor in try await tokens.report(token, of: fixture.app, on: actor.loop) }
                }
            }
            try await until(on: actor.loop) { fixture.upstream.asked.contains("proof t1") }
            fixture.upstream.release()
            for report in reports {
                let answer = try await report.value
                #expect(answer.isRefreshed)
                #expect(answer.current.token.string == "t2")
                #expect(answer.retryAfterSeconds == nil)
            }
            let late = try await tokens.report(token, of: fixture.app, on: actor.loop)
            #expect(!late.isRefreshed)
            #expect(late.current.token.string == "t2")
        }
        #expect(fixture.upstream.asked == ["stable", "proof t1", "stable"])
    }
}
