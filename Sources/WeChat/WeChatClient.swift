import FoundationEssentials
public import HTTPClient
public import Logging
public import UV

/// WeChat's server API, one file of `Endpoints` a call. One instance a loop, loop-confined; `close()` it.
public final class WeChatClient {
    /// The loop that it belongs to.
    public let loop: EventLoop
    /// Far above any JSON of the API: its longest replies have a kilobyte or two.
    static let replyBytesMax = 65_536

    private let configuration: WeChatClientConfiguration
    /// For code exchanges, which come by the thousand, and for everything else.
    private let exchanges: any UpstreamClient
    private let others: any UpstreamClient
    /// The bases, parsed once.
    private let origins: [ClientOrigin]
    private let logger: Logger
    private let observer: (any WeChatCallObserver)?
    /// What ends the waits of calls that are to be made again; true for the time, false for ``close()``.
    private var pauses: [ObjectIdentifier: Completion<Bool>] = [:]

    /// Makes the client; connects when the first call is made. On the loop.
    ///
    /// - Parameters:
    ///   - logger: told of repeats and changes of base at debug level, never of secrets.
    ///   - observer: told of every request.
    /// - Throws: `ClientError` when the transport cannot start.
    public init(
        on loop: EventLoop,
        configuration: WeChatClientConfiguration,
        logger: Logger,
        observer: (any WeChatCallObserver)? = nil
    ) throws(ClientError) {
        precondition(!configuration.bases.isEmpty, "WeChat must be somewhere")
        self.loop = loop
        self.configuration = configuration
        self.logger = logger
        self.observer = observer
        origins = configuration.bases.map { ClientOrigin($0) }
        let others = try CurlClient(on: loop, configuration: configuration.transport)
        self.others = others
        switch configuration.exchangeClient {
        case .curl: exchanges = others
        case .native: exchanges = NativeClient(on: loop, configuration: configuration.transport)
        }
    }

    /// Ends the calls under way with `.connection` and closes all connections. On the loop.
    public func close() {
        exchanges.close()
        others.close()
        for pause in pauses.values { pause.finish(false) }
    }

    /// Makes one GET, by the rules of `CallPlan`.
    ///
    /// - Parameters:
    ///   - endpoint, app: what is called and for whom, as the observer is told.
    ///   - target: path and query, with everything escaped. Secret.
    ///   - retriesBusy: as `CallPlan` takes it.
    ///   - parse: what the reply says.
    func get<Value>(
        _ endpoint: WeChatEndpoint,
        app: AppID?,
        _ target: String,
        retriesBusy: Bool = true,
        parse: (ClientResponse) throws(WeChatError) -> Value
    ) async throws(WeChatError) -> Value {
        try await call(endpoint, app: app, target, body: nil, retriesBusy: retriesBusy, parse: parse)
    }

    /// Makes one POST with a JSON body, by the rules of `CallPlan`; it says its length, or WeChat would answer 412.
    func post<Value>(
        _ endpoint: WeChatEndpoint,
        app: AppID?,
        _ target: String,
        _ parameters: some Encodable,
        replyBytesMax: Int = WeChatClient.replyBytesMax,
        retriesBusy: Bool = true,
        parse: (ClientResponse) throws(WeChatError) -> Value
    ) async throws(WeChatError) -> Value {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(parameters) else {
            throw .connection(reason: "the request has no form in JSON")
        }
        return try await call(
            endpoint,
            app: app,
            target,
            body: Array(body),
            replyBytesMax: replyBytesMax,
            retriesBusy: retriesBusy,
            parse: parse
        )
    }

    private func call<Value>(
        _ endpoint: WeChatEndpoint,
        app: AppID?,
        _ target: String,
        body: [UInt8]?,
        replyBytesMax: Int = WeChatClient.replyBytesMax,
        retriesBusy: Bool,
        parse: (ClientResponse) throws(WeChatError) -> Value
    ) async throws(WeChatError) -> Value {
        let timeout = configuration.timeoutMilliseconds
        var plan = CallPlan(
            baseCount: configuration.bases.count,
            retriesBusy: retriesBusy,
            timeoutMilliseconds: timeout,
            now: loop.now
        )
        var step = plan.resume(now: loop.now)
        while true {
            switch step {
            case .fail(let error):
                throw error
            case .wait(let milliseconds):
                try await pause(milliseconds: milliseconds)
                step = plan.resume(now: loop.now)
            case .send(let base, let timeout, let connectTimeout):
                let request = ClientRequest(
                    url: SecretURL(origins[base], target: target),
                    headers: body == nil ? [] : [("Content-Type", "application/json")],
                    body: body,
                    timeoutMilliseconds: timeout,
                    connectTimeoutMilliseconds: connectTimeout,
                    replyBytesMax: replyBytesMax
                )
                let sentAt = loop.now
                let client = endpoint == .jscode2session ? exchanges : others
                let reply = await reply(to: request, over: client, parse: parse)
                observer?.ended(endpoint, app: app, outcome: reply.outcome, milliseconds: loop.now - sentAt)
                switch reply {
                case .value(let value): return value
                case .failed(let error): throw error
                case .busy(let refusal):
                    logger.debug("WeChat is busy", metadata: ["reply": "\(refusal)"])
                    step = plan.wasBusy(refusal, now: loop.now, jitter: Double.random(in: 0..<1))
                case .notSent(let error):
                    logger.debug("no connection to a base", metadata: ["base": "\(base)", "reason": "\(error)"])
                    step = plan.wasNotSent(error, now: loop.now)
                }
            }
        }
    }

    /// Not `loop.sleep`, which a close could not end: the timer would outlive the client.
    private func pause(milliseconds: UInt64) async throws(WeChatError) {
        let end = Completion<Bool>(on: loop)
        let timer = Timer(on: loop) { end.finish(true) }
        timer.start(afterMilliseconds: milliseconds)
        pauses[ObjectIdentifier(end)] = end
        let isOver = await end.value()
        pauses[ObjectIdentifier(end)] = nil
        timer.close()
        guard let isOver else { throw .cancelled }
        guard isOver else { throw .connection(reason: "closed") }
    }

    private enum Reply<Value> {
        case value(Value)
        case busy(WeChatRefusal)
        case notSent(WeChatError)
        case failed(WeChatError)

        var outcome: WeChatCallOutcome {
            switch self {
            case .value: .success
            case .busy(let refusal): .refused(errcode: refusal.errcode)
            case .notSent(let error), .failed(let error): WeChatCallOutcome(error)
            }
        }
    }

    /// Sends one request, once.
    private func reply<Value>(
        to request: ClientRequest,
        over client: any UpstreamClient,
        parse: (ClientResponse) throws(WeChatError) -> Value
    ) async -> Reply<Value> {
        let response: ClientResponse
        do throws(ClientError) {
            response = try await client.perform(request)
        } catch {
            return error.allowsAnotherBase ? .notSent(WeChatError(error)) : .failed(WeChatError(error))
        }
        do throws(WeChatError) {
            return .value(try parse(response))
        } catch {
            if case .busy(let refusal) = error { return .busy(refusal) }
            return .failed(error)
        }
    }
}
