internal import UV
internal import WeChat

/// Exchanges codes with WeChat, each once, for all who come with it. One a loop.
final class ExchangeService {
    private let loop: EventLoop
    private let exchange: CodeExchange
    private let weChat: WeChatClient
    private let clock: WallClock
    private let failures: WeChatFailureLog

    init(
        on loop: EventLoop,
        exchange: CodeExchange,
        weChat: WeChatClient,
        clock: WallClock,
        failures: WeChatFailureLog
    ) {
        self.loop = loop
        self.exchange = exchange
        self.weChat = weChat
        self.clock = clock
        self.failures = failures
    }

    /// What the exchange of a code came to.
    enum Exchanged {
        /// On its record the code's session is agreed.
        case session(WeChatSession, CodeRecord)
        /// The session was opened before, and this is its client again.
        case repeated(WeChatSession, RememberedLogin)
    }

    /// What WeChat knows of the code's user.
    ///
    /// - Throws: `GatewayError`; `CancellationError` when the client hung up.
    func session(for request: LoginRequest) async throws -> Exchanged {
        let key = CodeKey(appID: request.app.id, code: request.code)
        let entry = exchange.enter(
            key,
            client: request.client,
            isPost: request.isPost,
            now: clock.milliseconds,
            on: loop
        )
        switch entry {
        case .exchange(let record, let place):
            startExchange(for: request, record)
            return .session(try await session(from: record, place, request), record)
        case .wait(let record, let place):
            return .session(try await session(from: record, place, request), record)
        case .exchanged(let record, let session):
            return .session(session, record)
        case .repeated(let session, let login):
            return .repeated(session, login)
        case .used:
            throw GatewayError.codeUsed
        case .failed(let error):
            throw GatewayError.upstream(WeChatFailure(error: error, now: clock.seconds))
        case .refused:
            throw GatewayError.upstream(WeChatFailure(error: .overloaded, now: clock.seconds))
        }
    }

    /// The session of a code is open; what is kept for its repeats shrinks.
    func opened(_ record: CodeRecord, _ session: WeChatSession, _ login: RememberedLogin) {
        exchange.opened(record, session, login)
    }

    private func session(
        from record: CodeRecord,
        _ place: CodeRecord.Place,
        _ request: LoginRequest
    ) async throws -> WeChatSession {
        switch await place.waiter.outcome(onCancel: { record.leave(place) }) {
        case .exchanged(let session): return session
        case .used: throw GatewayError.codeUsed
        case .exchangeFailed(let error):
            throw GatewayError.upstream(WeChatFailure(error: error, now: clock.seconds))
        default: throw CancellationError()
        }
    }

    /// The exchange outlives the request that began it: a code is single-use, so an exchange thrown away with a lost
    /// connection could never be repeated. It ends with WeChat's answer or time-out, told by the loop and no task.
    private func startExchange(for request: LoginRequest, _ record: CodeRecord) {
        let (app, log) = (request.app, request.log)
        weChat.startCode2Session(app: app.weChat, code: request.code) { [self] result in
            let isSuccess: Bool
            switch result {
            case .success: isSuccess = true
            case .failure(let error):
                isSuccess = false
                failures.log(error, of: "code2Session", app: app, log)
            }
            exchange.ended(record, isSuccess: isSuccess, now: clock.milliseconds)
            record.exchangeEnded(result)
        }
    }
}
