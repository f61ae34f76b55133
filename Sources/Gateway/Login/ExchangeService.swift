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

    /// What WeChat knows of the code's user, and the record of the code on which its session is agreed.
    ///
    /// - Throws: `GatewayError`; `CancellationError` when the client hung up.
    func session(for request: LoginRequest) async throws -> (CodeRecord, WeChatSession) {
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
            startExchange(of: key, for: request, record)
            return (record, try await session(from: record, place, request))
        case .wait(let record, let place):
            return (record, try await session(from: record, place, request))
        case .exchanged(let record, let session):
            return (record, session)
        case .used:
            throw GatewayError.codeUsed
        case .failed(let error):
            throw GatewayError.upstream(WeChatFailure(error: error, now: clock.seconds))
        case .refused:
            throw GatewayError.upstream(WeChatFailure(error: .overloaded, now: clock.seconds))
        }
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

    /// The exchange has a task of its own, because it outlives the request that began it: a code is single-use, so an
    /// exchange thrown away with a lost connection could never be repeated. It ends with WeChat's answer or time-out.
    private func startExchange(of key: CodeKey, for request: LoginRequest, _ record: CodeRecord) {
        let me = LoopBound(self, on: loop)
        let actor = loop.actor
        Task(name: "code2Session", executorPreference: loop) {
            await ExchangeService.runExchange(me, key, request, record, isolation: actor)
        }
    }

    private static func runExchange(
        _ service: LoopBound<ExchangeService>,
        _ key: CodeKey,
        _ request: LoginRequest,
        _ record: CodeRecord,
        isolation: isolated LoopActor
    ) async {
        let me = service.value
        let result: Result<WeChatSession, WeChatError>
        do throws(WeChatError) {
            result = .success(try await me.weChat.code2Session(app: request.app.weChat, code: key.code))
        } catch {
            result = .failure(error)
            me.failures.log(error, of: "code2Session", app: request.app, request.log)
        }
        var isSuccess = false
        if case .success = result { isSuccess = true }
        me.exchange.ended(key, record: record, isSuccess: isSuccess, now: me.clock.milliseconds)
        record.exchangeEnded(result)
    }
}
