import HTTP
import HTTPServer
import TestSupport
import Testing
import UV
import WeChat

@testable import Gateway

/// Pools against a scripted WeChat: what is sent, what comes of it, and what is told.
@Suite struct QRCodePoolTests {
    @Test func `a start fills the pool, and a code that is ready costs no call`() async throws {
        let fixture = try QRCodesFixture(size: 4)
        try await fixture.withCodes { actor, codes in
            try await fixture.untilReady(4, codes, on: actor.loop)
            #expect(fixture.upstream.calls == 4)
            fixture.upstream.hold()
            var scenes: Set<QRScene> = []
            for _ in 0..<4 { scenes.insert(try await codes.code(of: fixture.app, on: actor.loop).scene) }
            #expect(scenes.count == 4)
            fixture.upstream.release()
            try await fixture.untilReady(4, codes, on: actor.loop)
            #expect(fixture.upstream.calls == 8)
            // The picture is that of the scene.
            let bodies = fixture.upstream.bodies.prefix(4)
            for scene in scenes { #expect(bodies.contains { $0.contains("\"\(scene.text)\"") }) }
        }
    }

    @Test func `a code leads to the app's page, which only a release must have`() async throws {
        let released = try QRCodesFixture(size: 1)
        try await released.withCodes { actor, codes in try await released.untilReady(1, codes, on: actor.loop) }
        let body = try #require(released.upstream.bodies.first)
        let expected = #"{"check_path":true,"env_version":"release","page":"pages/login/index","scene":"#
        #expect(body.hasPrefix(expected))
        let own = try QRCodesFixture(size: 1, page: "pages/own") { $0.environment = .trial }
        try await own.withCodes { actor, codes in try await own.untilReady(1, codes, on: actor.loop) }
        #expect(
            own.upstream.bodies.first?.hasPrefix(
                #"{"check_path":false,"env_version":"trial","page":"pages/own","scene":"#
            ) == true
        )
    }

    @Test func `without a pool nothing is fetched ahead`() async throws {
        let fixture = try QRCodesFixture(size: 0)
        try await fixture.withCodes { actor, codes in
            try await actor.loop.sleep(milliseconds: 20)
            #expect(fixture.upstream.calls == 0)
            for calls in 1...3 {
                _ = try await codes.code(of: fixture.app, on: actor.loop)
                #expect(fixture.upstream.calls == calls)
            }
        }
    }

    @Test func `a page that is not published is one error with the way out, and is tried again`() async throws {
        let fixture = try QRCodesFixture(size: 2)
        fixture.upstream.reply(then: .refusal(41030))
        try await fixture.withCodes { actor, codes in
            try await until(on: actor.loop) { !fixture.lines("error call of WeChat failed").isEmpty }
            for _ in 0..<5 {
                let problem = await fixture.ask(codes, actor).value.problem
                #expect(problem?.status == 502 && problem?.error == "app_misconfigured")
            }
            let line = try #require(fixture.lines("error call of WeChat failed").first)
            for part in [
                "appid=\(fixture.app.id)", "api=getwxacodeunlimit", "41030", "page=pages/login/index", "WXGATE_QR_PAGE",
                "WXGATE_QR_POOL=0",
            ] {
                #expect(line.contains(part), "\(part)")
            }
            // Published by now: whoever asks brings the next try forward.
            fixture.upstream.reply()
            fixture.clock.advance(seconds: 2)
            _ = try await fixture.ask(codes, actor).value.get()
            try await fixture.untilReady(2, codes, on: actor.loop)
        }
        #expect(fixture.lines("error call of WeChat failed").count == 1)
        #expect(fixture.lines("notice codes of the mini-program are drawn again").count == 1)
    }

    @Test func `a pool heals by itself`() async throws {
        let fixture = try QRCodesFixture(size: 2)
        fixture.upstream.reply(.body("<html>"), .close, .body(#"{"errcode":0}"#), .refusal(47001))
        try await fixture.withCodes { actor, codes in
            try await until(on: actor.loop) {
                fixture.clock.advance(seconds: 1)
                return codes.readyCounts[0].count == 2
            }
        }
        #expect(fixture.upstream.calls >= 6)
    }

    @Test func `45009 means the minute here, whatever its words`() async throws {
        let fixture = try QRCodesFixture(size: 1)
        fixture.upstream.reply(.refusal(45009))
        // 1,700,000,000 is 20 s into a minute.
        try await fixture.withCodes { actor, codes in
            try await until(on: actor.loop) { !fixture.lines("warning call of WeChat failed").isEmpty }
            let problem = await fixture.ask(codes, actor).value.problem
            #expect(problem?.status == 429 && problem?.error == "rate_limited" && problem?.retryAfter == 40)
            fixture.clock.advance(seconds: 39)
            _ = await fixture.ask(codes, actor).value
            #expect(fixture.upstream.calls == 1)
            fixture.clock.advance(seconds: 2)
            try await fixture.untilReady(1, codes, on: actor.loop)
        }
        #expect(fixture.upstream.calls == 2)
    }

    @Test func `a dead access_token is replaced, and the call repeated`() async throws {
        let fixture = try QRCodesFixture(size: 0)
        try await fixture.withCodes { actor, codes in
            _ = try await codes.code(of: fixture.app, on: actor.loop)
            fixture.upstream.replaceToken()
            _ = try await codes.code(of: fixture.app, on: actor.loop)
            #expect(fixture.upstream.tokensUsed == ["t1", "t1", "t2"])
        }
    }

    @Test func `a busy WeChat is asked three times at most`() async throws {
        let fixture = try QRCodesFixture(size: 0)
        fixture.upstream.reply(.refusal(-1), .refusal(-1), .picture, then: .refusal(-1))
        try await fixture.withCodes { actor, codes in
            _ = try await codes.code(of: fixture.app, on: actor.loop)
            #expect(fixture.upstream.calls == 3)
            let problem = await fixture.ask(codes, actor).value.problem
            #expect(problem?.status == 503 && problem?.error == "upstream_busy" && problem?.retryAfter == 1)
            #expect(fixture.upstream.calls == 6)
            // One scene, however often it is sent.
            #expect(Set(fixture.upstream.bodies.prefix(3)).count == 1)
        }
    }

    @Test func `a WeChat that does not answer is a time-out for who waits`() async throws {
        let fixture = try QRCodesFixture(size: 0)
        fixture.upstream.hold()
        try await fixture.withCodes(timeoutMilliseconds: 100) { actor, codes in
            let problem = await fixture.ask(codes, actor).value.problem
            #expect(problem?.status == 504 && problem?.error == "upstream_timeout")
        }
    }

    @Test func `who hangs up is told at once, and his code is the next one's`() async throws {
        let fixture = try QRCodesFixture(size: 1)
        fixture.upstream.hold()
        try await fixture.withCodes { actor, codes in
            let first = fixture.ask(codes, actor)
            let second = fixture.ask(codes, actor)
            try await until(on: actor.loop) { fixture.upstream.calls >= 2 }
            first.cancel()
            guard case .failure(.upstream(let failure)) = await first.value else {
                Issue.record("served")
                return
            }
            #expect(failure.error == .cancelled)
            fixture.upstream.release()
            _ = try await second.value.get()
        }
    }

    @Test func `a stop waits for nothing and refuses who waits`() async throws {
        let fixture = try QRCodesFixture(size: 4)
        fixture.upstream.hold()
        try await fixture.withCodes(timeoutMilliseconds: 60_000) { actor, codes in
            let waiting = fixture.ask(codes, actor)
            try await until(on: actor.loop) { fixture.upstream.calls == 4 }
            let begin = actor.loop.now
            await codes.stop()
            let problem = await waiting.value.problem
            #expect(problem?.status == 503 && problem?.error == "overloaded")
            #expect(actor.loop.now - begin < 5_000)
            let late = await fixture.ask(codes, actor).value.problem
            #expect(late?.status == 503)
        }
        #expect(fixture.lines("warning").isEmpty)
    }

    @Test func `a thousand at once get a thousand codes, at most 32 calls at a time`() async throws {
        let fixture = try QRCodesFixture(size: 4)
        try await fixture.withCodes { actor, codes in
            try await fixture.untilReady(4, codes, on: actor.loop)
            fixture.upstream.hold()
            let asked = (0..<1_000).map { _ in fixture.ask(codes, actor) }
            try await until(on: actor.loop) { fixture.upstream.calls == 4 + 32 }
            try await actor.loop.sleep(milliseconds: 20)
            #expect(fixture.upstream.calls == 4 + 32)
            fixture.upstream.release()
            var scenes: Set<QRScene> = []
            for task in asked { scenes.insert(try await task.value.get().scene) }
            #expect(scenes.count == 1_000)
            try await fixture.untilReady(4, codes, on: actor.loop)
            #expect(fixture.upstream.calls == 1_004)
        }
    }

    @Test func `a link opens the page with the scene for three minutes`() async throws {
        let fixture = try QRCodesFixture(size: 0)
        try await fixture.withCodes { actor, codes in
            let scene = try #require(QRScene("AAAAAAAAAAAAAAAAAAAAAA"))
            let link = try await codes.link(to: scene, of: fixture.app, on: actor.loop)
            #expect(link == "https://wxaurl.cn/abc")
        }
        let body =
            #"{"env_version":"release","expire_time":1700000180,"expire_type":0,"path":"pages/login/index","#
            + #""query":"scene=AAAAAAAAAAAAAAAAAAAAAA"}"#
        #expect(fixture.upstream.linkBodies == [body])
        #expect(fixture.upstream.calls == 0)
    }

    @Test(
        arguments: [
            (#"{"errcode":85079,"errmsg":"no"}"#, 502, "app_misconfigured", nil),
            (#"{"errcode":40002,"errmsg":"no"}"#, 502, "app_misconfigured", nil),
            (#"{"errcode":44990,"errmsg":"no"}"#, 429, "rate_limited", 1),
            // 1,700,000,000 is 6 h 13 min 20 s after midnight in Beijing.
            (#"{"errcode":44993,"errmsg":"no"}"#, 429, "rate_limited", 64_000),
            (#"{"errcode":0,"url_link":"javascript:1"}"#, 502, "upstream_invalid", nil),
        ] as [(String, Int, String, Int?)]
    )
    func `a link that WeChat does not make`(body: String, status: Int, name: String, retryAfter: Int?) async throws {
        let fixture = try QRCodesFixture(size: 0)
        fixture.upstream.replyToLinks(body)
        try await fixture.withCodes { actor, codes in
            let scene = try #require(QRScene("AAAAAAAAAAAAAAAAAAAAAA"))
            do throws(GatewayError) {
                _ = try await codes.link(to: scene, of: fixture.app, on: actor.loop)
                Issue.record("made")
            } catch {
                let problem = Result<Void, GatewayError>.failure(error).problem
                #expect(problem?.status == status && problem?.error == name && problem?.retryAfter == retryAfter)
            }
        }
        #expect(fixture.lines(status == 502 && name == "app_misconfigured" ? "error" : "warning").count == 1)
    }

    @Test func `at most 32 links are made at once`() async throws {
        let fixture = try QRCodesFixture(size: 0)
        fixture.upstream.hold()
        try await fixture.withCodes { actor, codes in
            let scene = try #require(QRScene("AAAAAAAAAAAAAAAAAAAAAA"))
            let app = fixture.app
            let links = (0..<33).map { _ in
                Task(executorPreference: actor.loop) {
                    await actor.run { actor in
                        do throws(GatewayError) {
                            _ = try await codes.link(to: scene, of: app, on: actor.loop)
                            return 200
                        } catch {
                            return Int(error.problem.status.code)
                        }
                    }
                }
            }
            try await until(on: actor.loop) { fixture.upstream.linkBodies.count == 32 }
            let last = await links[32].value
            #expect(last == 503)
            fixture.upstream.release()
            for link in links.dropLast() {
                let status = await link.value
                #expect(status == 200)
            }
        }
    }
}
