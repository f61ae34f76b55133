internal import HTTPServer
internal import WeChat

/// Exchanges codes with WeChat, each once, for all who come with it. One a loop.
final class ExchangeService {
    private let exchange: CodeExchange
    private let weChat: WeChatClient
    private let clock: WallClock
    private let failures: WeChatFailureLog

    init(
        exchange: CodeExchange,
        weChat: WeChatClient,
        clock: WallClock,
        failures: WeChatFailureLog
    ) {
        self.exchange = exchange
        self.weChat = weChat
        self.clock = clock
        self.failures = failures
    }

    /// A login with its code arrives.
    func enter(_ login: LoginRequest, waiter: any CodeWaiter) -> CodeExchange.Entry {
        exchange.enter(
            CodeKey(appID: login.app.id, code: login.code),
            client: login.client,
            isPost: login.isPost,
            now: clock.milliseconds,
            waiter: waiter
        )
    }

    /// Asks WeChat, for the first who comes with a code.
    ///
    /// - Parameter onEnd: gets WeChat's answer on the loop, and reports it with `ended`.
    func startExchange(_ login: LoginRequest, onEnd: @escaping (Result<WeChatSession, WeChatError>) -> Void) {
        weChat.startCode2Session(app: login.app.weChat, code: login.code, onEnd: onEnd)
    }

    /// WeChat has answered the exchange that this login began: wakes everybody who waits for it.
    func ended(
        _ record: CodeRecord,
        _ result: Result<WeChatSession, WeChatError>,
        _ login: LoginRequest,
        in request: Request
    ) {
        let isSuccess: Bool
        switch result {
        case .success: isSuccess = true
        case .failure(let error):
            isSuccess = false
            failures.log(error, of: "code2Session", app: login.app, RequestLog(request))
        }
        exchange.ended(record, isSuccess: isSuccess, now: clock.milliseconds)
        record.exchangeEnded(result)
    }

    /// The session of a code is open; what is kept for its repeats shrinks.
    func opened(_ record: CodeRecord, _ session: WeChatSession, _ login: RememberedLogin) {
        exchange.opened(record, session, login)
    }

    /// What the client of a failed exchange is told.
    func failure(_ error: WeChatError) -> GatewayError {
        .upstream(WeChatFailure(error: error, now: clock.seconds))
    }
}
