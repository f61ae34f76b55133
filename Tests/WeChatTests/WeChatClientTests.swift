import Logging
import TestSupport
import Testing
import UV
import WeChat

@Suite struct WeChatClientTests {
    static let success = #"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"o1"}"#
    static let busy = #"{"errcode":-1,"errmsg":"system error, rid: 6128f1e4-67a7403c-455b6876"}"#

    /// What a call came to, and the requests it took.
    struct Result: Sendable {
        var outcome: Swift.Result<WeChatSession, WeChatError>
        var requests: [[String]]
    }

    /// Makes one call of upstreams with these scripts, the first preferred; nil stands for a port that refuses.
    private func call(
        _ scripts: [[ScriptedUpstream.Act]?],
        secret: String = "0123456789abcdef",
        timeoutMilliseconds: UInt64 = 3000,
        cancelAtRequest: Bool = false
    ) async throws -> Result {
        let app = WeChatApp(id: try #require(AppID("wx1")), secret: try #require(AppSecret(secret)))
        let code = try #require(LoginCode("0a-B_c.9"))
        return try await withLoop { actor in
            let upstreams = try scripts.map { try $0.map { try ScriptedUpstream(on: actor.loop, script: $0) } }
            let bases = try upstreams.map { try $0?.base ?? ScriptedUpstream.refusingBase(on: actor.loop) }
            var configuration = WeChatClientConfiguration(bases: bases)
            configuration.timeoutMilliseconds = timeoutMilliseconds
            let client = try WeChatClient(on: actor.loop, configuration: configuration, logger: Logger(label: "test"))
            let bound = LoopBound(client, on: actor.loop)
            let task = Task(executorPreference: actor.loop) {
                await actor.run { _ in await Self.outcome(of: bound.value, app: app, code: code) }
            }
            if cancelAtRequest {
                for upstream in upstreams { upstream?.onRequest = { task.cancel() } }
            }
            let outcome = await task.value
            client.close()
            for upstream in upstreams { upstream?.close() }
            return Result(outcome: outcome, requests: upstreams.map { $0?.requests ?? [] })
        }
    }

    private static func outcome(
        of client: WeChatClient,
        app: WeChatApp,
        code: LoginCode
    ) async -> Swift.Result<WeChatSession, WeChatError> {
        do throws(WeChatError) {
            return .success(try await client.code2Session(app: app, code: code))
        } catch {
            return .failure(error)
        }
    }

    private func refusal(of result: Result) -> WeChatRefusal? {
        if case .failure(let error) = result.outcome { error.refusal } else { nil }
    }

    @Test func `a code becomes a session by one GET with everything in the query`() async throws {
        let result = try await call([[.reply(Self.success)]])
        let session = try result.outcome.get()
        #expect(session.openID == "o1")
        #expect(session.sessionKey.string == "5tF5KuDigyB6e4m7FigHvw==")
        let line =
            "GET /sns/jscode2session?appid=wx1&secret=0123456789abcdef&js_code=0a-B_c.9&grant_type=authorization_code"
        #expect(result.requests == [[line + " HTTP/1.1"]])
    }

    @Test func `a secret cannot add parameters`() async throws {
        let result = try await call([[.reply(Self.success)]], secret: "a&appid=b#c%/")
        #expect(result.requests[0][0].contains("&secret=a%26appid%3Db%23c%25%2F&js_code="))
    }

    @Test(arguments: [40029, 40163, 40226, 45011, 40125, 99999])
    func `no refusal but -1 is tried again or elsewhere`(errcode: Int) async throws {
        let refused = ScriptedUpstream.Act.reply(#"{"errcode":\#(errcode),"errmsg":"no"}"#)
        let result = try await call([[refused, .reply(Self.success)], [.reply(Self.success)]])
        #expect(refusal(of: result) == WeChatRefusal(errcode: errcode, errmsg: "no"))
        #expect(result.requests.map(\.count) == [1, 0])
    }

    @Test func `-1 is tried again at the same base until it is over`() async throws {
        let result = try await call([[.reply(Self.busy), .reply(Self.busy), .reply(Self.success)], []])
        #expect(try result.outcome.get().openID == "o1")
        #expect(result.requests.map(\.count) == [3, 0])
    }

    @Test func `the third -1 is the answer`() async throws {
        let result = try await call([Array(repeating: .reply(Self.busy), count: 4), [.reply(Self.success)]])
        #expect(refusal(of: result)?.rid == "6128f1e4-67a7403c-455b6876")
        #expect(result.requests.map(\.count) == [3, 0])
    }

    @Test func `-1 is not waited for beyond the timeout`() async throws {
        let result = try await call([[.reply(Self.busy), .reply(Self.success)]], timeoutMilliseconds: 40)
        #expect(refusal(of: result)?.errcode == -1)
        #expect(result.requests[0].count == 1)
    }

    @Test func `a base that refuses connections is passed over`() async throws {
        let result = try await call([nil, nil, [.reply(Self.success)]])
        #expect(try result.outcome.get().openID == "o1")
        #expect(result.requests.map(\.count) == [0, 0, 1])
    }

    @Test func `when every base refuses, that is the error`() async throws {
        let result = try await call([nil, nil])
        guard case .failure(.connection(let reason)) = result.outcome else {
            Issue.record("not a connection error")
            return
        }
        #expect(!reason.contains("secret") && !reason.contains("127.0.0.1"))
    }

    @Test(arguments: [
        [ScriptedUpstream.Act.hangUp],
        [.bytes("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n{\"session_key\"")],
    ])
    func `a connection lost after the request is not tried again, here or elsewhere`(
        acts: [ScriptedUpstream.Act]
    ) async throws {
        let result = try await call([acts + [.reply(Self.success)], [.reply(Self.success)]])
        guard case .failure(.connection) = result.outcome else {
            Issue.record("not a connection error")
            return
        }
        #expect(result.requests.map(\.count) == [1, 0])
    }

    @Test(arguments: [
        ScriptedUpstream.Act.reply("<html>502</html>", status: "502 Bad Gateway"), .reply(""), .reply("{\"openid\":"),
        .reply(#"{"openid":"o1"}"#), .reply("", status: "412 Precondition Failed"), .bytes("SSH-2.0-x\r\n"),
        .reply(String(repeating: "x", count: 10_000_000)),
    ])
    func `a reply that is none is invalid and not tried again`(act: ScriptedUpstream.Act) async throws {
        let result = try await call([[act, .reply(Self.success)], [.reply(Self.success)]])
        guard case .failure(.invalidReply) = result.outcome else {
            Issue.record("not an invalid reply")
            return
        }
        #expect(result.requests.map(\.count) == [1, 0])
    }

    @Test func `silence is a timeout, and the code is not sent elsewhere`() async throws {
        let result = try await call([[.silence], [.reply(Self.success)]], timeoutMilliseconds: 150)
        guard case .failure(.timeout) = result.outcome else {
            Issue.record("not a timeout")
            return
        }
        #expect(result.requests.map(\.count) == [1, 0])
    }

    @Test(arguments: [ScriptedUpstream.Act.silence, .reply(busy)])
    func `a cancelled call ends at once, in the middle of an answer or of a wait`(act: ScriptedUpstream.Act)
        async throws
    {
        let result = try await call(
            [[act], [.reply(Self.success)]],
            timeoutMilliseconds: 60_000,
            cancelAtRequest: true
        )
        guard case .failure(.cancelled) = result.outcome else {
            Issue.record("not cancelled")
            return
        }
        #expect(result.requests.map(\.count) == [1, 0])
    }
}
