import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// The life of a token with a clock that the test moves: fetched, kept, renewed, saved, and told about.
@Suite struct AccessTokenKeeperTests {
    /// Waits until this token is the app's.
    private static func untilCurrent(
        _ text: String,
        _ tokens: AccessTokens,
        on loop: EventLoop,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await until(on: loop, sourceLocation: sourceLocation) {
            tokens.snapshots.first?.kept?.token.string == text
        }
    }

    @Test func `a start with a good stored token fetches nothing, and one with another data key does`() async throws {
        let store = ScriptedAccessTokenStore()
        let first = try KeeperFixture(store: store)
        try await first.withTokens { actor, tokens in try await Self.untilCurrent("t1", tokens, on: actor.loop) }
        let second = try KeeperFixture(store: store)
        second.clock.advance(seconds: 3600)
        try await second.withTokens { actor, tokens in
            let kept = try await tokens.handOut(of: second.app, on: actor.loop)
            #expect(kept.token.string == "t1")
            #expect(kept.secondsLeft(now: second.clock.milliseconds) == 3600)
        }
        #expect(second.upstream.asked.isEmpty)
        let third = try KeeperFixture(store: store, key: 8)
        third.upstream.replace()
        try await third.withTokens { actor, tokens in try await Self.untilCurrent("t1", tokens, on: actor.loop) }
        #expect(third.upstream.asked == ["stable"])
        #expect(third.lines("warning the stored access_token cannot be read").count == 1)
    }

    @Test func `a token is renewed ahead of its end and handed out meanwhile`() async throws {
        let fixture = try KeeperFixture(mode: .legacy)
        try await fixture.withTokens { actor, tokens in
            try await Self.untilCurrent("t1", tokens, on: actor.loop)
            fixture.upstream.hold()
            fixture.clock.advance(seconds: 7200 - 600)
            try await until(on: actor.loop) { fixture.upstream.fetches == 2 }
            let meanwhile = try await tokens.handOut(of: fixture.app, on: actor.loop)
            #expect(meanwhile.token.string == "t1")
            fixture.upstream.release()
            try await Self.untilCurrent("t2", tokens, on: actor.loop)
        }
        #expect(fixture.upstream.asked == ["token", "token"])
        #expect(
            fixture.events == [
                .fetched(AccessTokenFetch(reason: .start, isForced: false), isNew: true),
                .fetched(AccessTokenFetch(reason: .due, isForced: false), isNew: true),
            ]
        )
    }

    @Test func `a clock that is set back is noticed, and WeChat is asked for the true end`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            try await Self.untilCurrent("t1", tokens, on: actor.loop)
            fixture.clock.advance(seconds: -3600)
            try await until(on: actor.loop) { fixture.upstream.fetches == 2 }
            try await until(on: actor.loop) { fixture.events.count == 2 }
            let kept = try await tokens.handOut(of: fixture.app, on: actor.loop)
            #expect(kept.token.string == "t1")
            #expect(kept.secondsLeft(now: fixture.clock.milliseconds) == 7200)
        }
        #expect(fixture.upstream.asked == ["stable", "stable"])
    }

    @Test func `failures are waited out, told once, and followed by a notice`() async throws {
        let fixture = try KeeperFixture()
        fixture.upstream.reply(
            TokenUpstream.refusal(45009),
            "<html>garbage</html>",
            "<html>garbage</html>",
            TokenUpstream.token("t1")
        )
        try await fixture.withTokens { actor, tokens in
            try await until(on: actor.loop) { tokens.trouble(of: fixture.app)?.contains("45009") == true }
            // Time flies until the three failures have been waited out.
            try await until(on: actor.loop) {
                fixture.clock.advance(seconds: 5)
                return tokens.snapshots[0].kept != nil
            }
            try await Self.untilCurrent("t1", tokens, on: actor.loop)
            #expect(tokens.trouble(of: fixture.app) == nil)
        }
        #expect(fixture.lines("warning call of WeChat failed").count >= 2)
        #expect(fixture.lines("notice access_tokens are handed out again").count == 1)
        #expect(fixture.lines("warning call of WeChat failed").allSatisfy { $0.contains("api=stable_token") })
    }

    @Test func `a refusal that an operator must act on is one error a minute however often it is tried`() async throws {
        let fixture = try KeeperFixture()
        fixture.upstream.reply(TokenUpstream.refusal(40164))
        try await fixture.withTokens { actor, tokens in
            try await until(on: actor.loop) { !fixture.events.isEmpty }
            for _ in 0..<10 {
                await #expect(throws: AccessTokenUnavailable.self) {
                    try await tokens.handOut(of: fixture.app, on: actor.loop)
                }
            }
        }
        #expect(fixture.lines("error call of WeChat failed").count == 1)
        #expect(fixture.upstream.asked == ["stable"])
    }

    @Test func `a new token is a line with app, reason and lifetime, and no line has the token`() async throws {
        let fixture = try KeeperFixture()
        fixture.upstream.reply(TokenUpstream.token("a-token-that-nobody-may-see", expiresIn: 7000))
        try await fixture.withTokens { actor, tokens in
            try await Self.untilCurrent("a-token-that-nobody-may-see", tokens, on: actor.loop)
        }
        let line = try #require(fixture.lines("info new access_token").first)
        for part in ["appid=\(fixture.app.id)", "reason=start", "expires_in=7000", "forced=false"] {
            #expect(line.contains(part), "\(part)")
        }
        #expect(!fixture.recorder.lines.contains { $0.contains("nobody-may-see") })
    }

    @Test(arguments: [
        (AccessTokenMode.legacy, "something else fetches the legacy access_token of this app"),
        (AccessTokenMode.stable, "something else forced a refresh of it, or the app secret was reset"),
    ])
    func `an early death is a warning with the likely cause`(mode: AccessTokenMode, cause: String) async throws {
        let fixture = try KeeperFixture(mode: mode)
        try await fixture.withTokens { actor, tokens in
            let token = try await tokens.handOut(of: fixture.app, on: actor.loop).token
            fixture.upstream.replace()
            let report = try await tokens.report(token, of: fixture.app, on: actor.loop)
            #expect(report.isRefreshed)
        }
        let lines = fixture.lines("warning an access_token died before its end")
        #expect(lines.count == 1)
        #expect(lines.first?.contains(cause) == true)
        #expect(lines.first?.contains("errcode 40001") == true)
        #expect(fixture.events.count { if case .diedEarly = $0 { true } else { false } } == 1)
    }

    @Test func `a death that may not be forced away is an error, and trouble until it is over`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withTokens { actor, tokens in
            let first = try await tokens.handOut(of: fixture.app, on: actor.loop).token
            fixture.upstream.kill()
            let forced = try await tokens.report(first, of: fixture.app, on: actor.loop)
            #expect(forced.isRefreshed)
            let second = try await tokens.handOut(of: fixture.app, on: actor.loop).token
            fixture.upstream.kill()
            // WeChat wants 30 s between two.
            let report = try await tokens.report(second, of: fixture.app, on: actor.loop)
            #expect(!report.isRefreshed)
            #expect((1...31).contains(report.retryAfterSeconds ?? 0))
            // The clock stands still: what the report was told is what readiness says.
            let seconds = report.retryAfterSeconds ?? 0
            #expect(
                tokens.trouble(of: fixture.app)
                    == "the access_token is dead, and the next forced refresh is allowed in \(seconds) s"
            )
            // Proven dead: it is not used, and the call's own refusal is its error.
            await #expect(throws: WeChatError.self) {
                try await tokens.withToken(of: fixture.app, on: actor.loop) { _ throws(WeChatError) in
                    Issue.record("called with a dead token")
                }
            }
            fixture.clock.advance(seconds: 32)
            try await Self.untilCurrent("t3", tokens, on: actor.loop)
            #expect(tokens.trouble(of: fixture.app) == nil)
        }
        #expect(fixture.lines("error the access_token is dead").count == 1)
        #expect(fixture.upstream.asked.count { $0 == "forced" } == 2)
    }

    @Test func `without a saved budget nothing is forced`() async throws {
        let store = ScriptedAccessTokenStore()
        let fixture = try KeeperFixture(store: store)
        try await fixture.withTokens { actor, tokens in
            let token = try await tokens.handOut(of: fixture.app, on: actor.loop).token
            try await until(on: actor.loop) { store.saved.count == store.tries }
            fixture.upstream.kill()
            store.fail(times: .max)
            _ = try? await tokens.report(token, of: fixture.app, on: actor.loop)
            #expect(!fixture.upstream.asked.contains("forced"))
            store.fail(times: 0)
            // The keeper goes on by itself.
            try await until(on: actor.loop) {
                fixture.clock.advance(milliseconds: 100)
                return fixture.upstream.asked.contains("forced")
            }
            try await Self.untilCurrent("t2", tokens, on: actor.loop)
        }
    }

    @Test func `a store that does not answer at the start holds up the token and nothing else`() async throws {
        let store = ScriptedAccessTokenStore()
        store.hold()
        let fixture = try KeeperFixture(store: store)
        try await fixture.withTokens { actor, tokens in
            let asked = Task(executorPreference: actor.loop) {
                try await actor.run { actor in try await tokens.handOut(of: fixture.app, on: actor.loop) }
            }
            #expect(fixture.upstream.asked.isEmpty)
            #expect(tokens.trouble(of: fixture.app) == "no access_token yet")
            store.release()
            let kept = try await asked.value
            #expect(kept.token.string == "t1")
        }
    }

    @Test func `a stop waits for the call under way and saves what it brings`() async throws {
        let store = ScriptedAccessTokenStore()
        let first = try KeeperFixture(mode: .legacy, store: store)
        first.upstream.hold()
        try await first.withTokens { actor, tokens in
            try await until(on: actor.loop) { first.upstream.fetches == 1 }
            let waiting = Task(executorPreference: actor.loop) {
                try await actor.run { actor in try await tokens.handOut(of: first.app, on: actor.loop) }
            }
            let stopping = Task(executorPreference: actor.loop) { await tokens.stop() }
            // Who waits is told at once, while WeChat still thinks.
            let cancelled = AccessTokenUnavailable(error: .cancelled, retryAfterSeconds: 1)
            await #expect(throws: cancelled) { try await waiting.value }
            #expect(store.saved.count <= 1)
            first.upstream.release()
            await stopping.value
            await #expect(throws: cancelled) { try await tokens.report(nil, of: first.app, on: actor.loop) }
        }
        let second = try KeeperFixture(mode: .legacy, store: store)
        try await second.withTokens { actor, tokens in try await Self.untilCurrent("t1", tokens, on: actor.loop) }
        #expect(second.upstream.asked.isEmpty)
    }

    @Test func `a stop waits for WeChat no longer than a call may take`() async throws {
        let fixture = try KeeperFixture()
        fixture.upstream.hold()
        try await fixture.withTokens(timeoutMilliseconds: 300) { actor, tokens in
            try await until(on: actor.loop) { fixture.upstream.fetches == 1 }
            let start = actor.loop.now
            await tokens.stop()
            #expect(actor.loop.now - start < 2_000)
        }
    }

    @Test func `a keeper that is asked before it starts answers after it has`() async throws {
        let fixture = try KeeperFixture()
        try await fixture.withUnstartedTokens { actor, tokens in
            let asked = Task(executorPreference: actor.loop) {
                try await actor.run { actor in try await tokens.handOut(of: fixture.app, on: actor.loop) }
            }
            // The task has run up to its wait when this one goes on.
            await Task.yield()
            try await tokens.start()
            let kept = try await asked.value
            #expect(kept.token.string == "t1")
        }
    }
}
