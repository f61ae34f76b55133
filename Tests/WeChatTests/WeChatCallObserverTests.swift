import Synchronization
import Testing
import WeChat

@Suite struct WeChatCallObserverTests {
    /// What an observer is told.
    private struct Call: Equatable, Sendable {
        let endpoint: WeChatEndpoint
        let app: String?
        let outcome: WeChatCallOutcome

        init(_ endpoint: WeChatEndpoint, _ outcome: WeChatCallOutcome, app: String? = "wx1") {
            self.endpoint = endpoint
            self.app = app
            self.outcome = outcome
        }
    }

    private final class Observer: WeChatCallObserver {
        let calls = Mutex<[Call]>([])
        let times = Mutex<[UInt64]>([])

        func ended(_ endpoint: WeChatEndpoint, app: AppID?, outcome: WeChatCallOutcome, milliseconds: UInt64) {
            calls.withLock { $0.append(Call(endpoint, outcome, app: app?.string)) }
            times.withLock { $0.append(milliseconds) }
        }
    }

    private static let session = #"{"session_key":"5tF5KuDigyB6e4m7FigHvw==","openid":"o1"}"#
    private static let token = #"{"access_token":"t1","expires_in":7200}"#
    private static let busy = #"{"errcode":-1,"errmsg":"system error"}"#

    private let observer = Observer()
    private var calls: [Call] { observer.calls.withLock { $0 } }

    private static func logIn(_ client: WeChatClient, _ app: WeChatApp) async throws(WeChatError) -> String {
        guard let code = LoginCode("c1") else { throw .cancelled }
        return try await client.code2Session(app: app, code: code).openID
    }

    @Test func `every request is told, repeats and other bases too`() async throws {
        _ = try await record(
            [.reply(Self.busy), .reply(Self.session)],
            firstBaseRefuses: true,
            observer: observer,
            Self.logIn
        ).outcome.get()
        #expect(
            calls == [
                Call(.jscode2session, .connection), Call(.jscode2session, .refused(errcode: -1)),
                Call(.jscode2session, .success),
            ]
        )
        #expect(observer.times.withLock { $0.allSatisfy { $0 < 3_000 } })
    }

    @Test(arguments: [
        (#"{"errcode":40029,"errmsg":"e"}"#, WeChatCallOutcome.refused(errcode: 40029)),
        (#"{"errcode":99999,"errmsg":"e"}"#, .refused(errcode: 99999)), ("{", .invalidReply),
        (#"{"openid":"o1"}"#, .invalidReply),
    ])
    func `a reply is told by what it says`(body: String, outcome: WeChatCallOutcome) async throws {
        _ = try await record([.reply(body)], observer: observer, Self.logIn)
        #expect(calls == [Call(.jscode2session, outcome)])
    }

    @Test func `each call is told under its own name`() async throws {
        func told(_ reply: String, _ call: @escaping @Sendable (WeChatClient, WeChatApp) async -> Void) async throws
            -> Call?
        {
            let observer = Observer()
            _ = try await record([.reply(reply)], observer: observer) { client, app throws(WeChatError) in
                await call(client, app)
            }
            let calls = observer.calls.withLock { $0 }
            #expect(calls.count == 1)
            return calls.first
        }
        let token = try #require(AccessToken("t1"))
        let key = try #require(SessionKey("5tF5KuDigyB6e4m7FigHvw=="))
        let code = try #require(PhoneCode("p1"))
        let dead = #"{"errcode":40001,"errmsg":"e"}"#
        #expect(
            try await told(Self.token) { _ = try? await $0.plainToken(app: $1) } == Call(.token, .success)
        )
        #expect(
            try await told(Self.token) { _ = try? await $0.stableToken(app: $1) } == Call(.stableToken, .success)
        )
        // Here 40001 is a wrong secret and another error; the number stays.
        #expect(
            try await told(dead) { _ = try? await $0.stableToken(app: $1) }
                == Call(.stableToken, .refused(errcode: 40001))
        )
        #expect(
            try await told(dead) { client, _ in _ = await client.prove(token) }
                == Call(.apiDomainIP, .refused(errcode: 40001), app: nil)
        )
        #expect(
            try await told("{}") { client, app in _ = await client.prove(token, of: app.id) }
                == Call(.apiDomainIP, .success)
        )
        #expect(
            try await told(dead) {
                _ = try? await $0.userPhoneNumber(app: $1, code: code, openID: "o1", accessToken: token)
            } == Call(.userPhoneNumber, .refused(errcode: 40001))
        )
        for (reply, outcome) in [
            (#"{"errcode":0,"errmsg":"ok"}"#, WeChatCallOutcome.success),
            (#"{"errcode":87009,"errmsg":"e"}"#, .refused(errcode: 87009)), ("{}", .invalidReply),
        ] {
            #expect(
                try await told(reply) {
                    _ = try? await $0.checkSession(app: $1, openID: "o1", sessionKey: key, accessToken: token)
                } == Call(.checkSession, outcome)
            )
        }
    }
}
