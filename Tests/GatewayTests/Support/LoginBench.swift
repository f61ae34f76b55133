import HTTP
import HTTPServer
import Logging
import Testing
import UV
import WeChat

@testable import Gateway

/// The login service of one loop over stores in memory, and a WeChat that knows one user under every code. On its loop.
final class LoginBench {
    let fixture: UserFixture
    let service: LoginService
    let exchange: CodeExchange
    /// Whether WeChat keeps its answers for now.
    var isWeChatSilent = false
    /// Exchanges that WeChat was asked for.
    private(set) var exchangeCount = 0
    private let loop: EventLoop
    private let weChat: WeChatClient
    private let upstream: Server

    /// - Parameters:
    ///   - other: whose stores and codes are shared, as by another loop of the same gateway.
    ///   - logins: where logins are stored.
    init(
        on loop: EventLoop,
        with other: LoginBench? = nil,
        logins: (UserFixture) -> any LoginStore
    ) throws {
        self.loop = loop
        fixture = try UserFixture(stores: other?.fixture)
        exchange = other?.exchange ?? CodeExchange(replayMilliseconds: 10_000)
        let logger = fixture.log.logger()
        let router = Router(logger: logger)
        upstream = Server(
            on: loop,
            configuration: ServerConfiguration(),
            responder: router,
            limit: ConnectionLimit(maximum: 16),
            logger: logger
        )
        let port = try upstream.start()
        weChat = try WeChatClient(
            on: loop,
            configuration: WeChatClientConfiguration(bases: ["http://127.0.0.1:\(port)"]),
            logger: logger
        )
        let codes = ExchangeService(
            exchange: exchange,
            weChat: weChat,
            clock: fixture.clock.wall,
            failures: WeChatFailureLog(logger: logger, clock: fixture.clock.wall)
        )
        service = try LoginService(
            on: loop,
            codes: codes,
            logins: logins(fixture),
            profiles: ProfileService(users: fixture.users, sessions: fixture.store),
            sessions: fixture.sessions,
            checker: try UserDataChecker(),
            records: fixture.records,
            clock: fixture.clock.wall
        )
        router.on(.get, "/sns/jscode2session") { [unowned self] _ in
            exchangeCount += 1
            while isWeChatSilent { try await loop.sleep(milliseconds: 1) }
            return .json(
                Array(#"{"session_key":"\#(GatewaySamples.sessionKey)","openid":"\#(GatewaySamples.openID)"}"#.utf8)
            )
        }
    }

    func close() {
        weChat.close()
        upstream.close()
    }

    /// A login that has not begun.
    func attempt(code: String = "c1", nonce: String? = "n") throws -> RecordedAttempt {
        try RecordedAttempt(
            LoginRequest(
                app: try GatewaySamples.app(),
                code: try #require(LoginCode(code)),
                userData: UserData(),
                device: nil,
                client: ClientIdentity(nonce: nonce, address: nil),
                isPost: true
            ),
            by: service
        )
    }

    /// The token, or the error's name.
    func logIn(
        code: String = "c1",
        nonce: String = "n",
        isolation: isolated (any Actor)? = #isolation
    ) async throws -> String {
        let attempt = try attempt(code: code, nonce: nonce)
        attempt.start()
        return try await attempt.text()
    }

    func erase() async throws {
        try await fixture.administration.erase(.key(UserFixture.key), with: try AdminKey(name: "n", key: "k"))
    }
}
