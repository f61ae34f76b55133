import HTTPClient
import Logging
import TestSupport
import Testing
import UV

@testable import WeChat

/// Calls without a task; what a call does in all other ways stands in `WeChatClientTests`.
@Suite struct WeChatCallTests {
    private static let busy = #"{"errcode":-1,"errmsg":"system error"}"#

    private static func client(of upstream: ScriptedUpstream, on loop: EventLoop) throws -> WeChatClient {
        try WeChatClient(
            on: loop,
            configuration: WeChatClientConfiguration(bases: [upstream.base]),
            logger: Logger(label: "test")
        )
    }

    @Test func `the answer comes to the callback`() async throws {
        let app = WeChatApp(id: try #require(AppID("wx1")), secret: try #require(AppSecret("0123456789abcdef")))
        let code = try #require(LoginCode("c1"))
        try await withLoop { actor in
            let upstream = try ScriptedUpstream(
                on: actor.loop,
                script: [.reply(Self.busy), .reply(WeChatClientTests.success)]
            )
            let client = try Self.client(of: upstream, on: actor.loop)
            let end = Completion<Result<WeChatSession, WeChatError>>(on: actor.loop)
            client.startCode2Session(app: app, code: code) { end.finish($0) }
            let result = await end.value()
            #expect(try result?.get().openID == "o1")
            #expect(client.pauses.isEmpty)
            client.close()
            upstream.close()
        }
    }

    @Test func `closing the client ends a wait before a repeat, and nothing is sent any more`() async throws {
        let app = WeChatApp(id: try #require(AppID("wx1")), secret: try #require(AppSecret("0123456789abcdef")))
        let code = try #require(LoginCode("c1"))
        try await withLoop { actor in
            let upstream = try ScriptedUpstream(on: actor.loop, script: [.reply(Self.busy), .reply(Self.busy)])
            let client = try Self.client(of: upstream, on: actor.loop)
            let end = Completion<Result<WeChatSession, WeChatError>>(on: actor.loop)
            client.startCode2Session(app: app, code: code) { end.finish($0) }
            while client.pauses.isEmpty { try await actor.loop.sleep(milliseconds: 1) }
            client.close()
            let result = await end.value()
            #expect(result == .failure(.connection(reason: "closed")))
            #expect(upstream.requests.count == 1 && client.pauses.isEmpty)
            upstream.close()
        }
    }

    @Test func `the query made once holds the secret escaped, and shows it to nobody`() throws {
        let app = WeChatApp(id: try #require(AppID("wx1")), secret: try #require(AppSecret("a&b=c-0123456789")))
        #expect(
            app.code2SessionQuery.template.target("c1")
                == "/sns/jscode2session?appid=wx1&secret=a%26b%3Dc-0123456789&js_code=c1&grant_type=authorization_code"
        )
        var dumped = ""
        dump(app, to: &dumped)
        #expect(!dumped.contains("0123456789") && !"\(app)".contains("0123456789"))
    }
}
