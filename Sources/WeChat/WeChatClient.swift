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

    let configuration: WeChatClientConfiguration
    /// Of the bases, parsed once.
    let origins: [ClientOrigin]
    /// For code exchanges, which come by the thousand, and for everything else.
    private let exchanges: any UpstreamClient
    private let others: any UpstreamClient
    let logger: Logger
    let observer: (any WeChatCallObserver)?
    /// What ends the waits of calls that are to be made again.
    var pauses: [ObjectIdentifier: () -> Void] = [:]

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
        origins = configuration.bases.map { ClientOrigin($0) }
        self.logger = logger
        self.observer = observer
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
        for end in pauses.values { end() }
    }

    /// What sends the requests of an endpoint.
    func transport(of endpoint: WeChatEndpoint) -> any UpstreamClient {
        endpoint == .jscode2session ? exchanges : others
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
        parse: @escaping (ClientResponse) throws(WeChatError) -> Value
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
        parse: @escaping (ClientResponse) throws(WeChatError) -> Value
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
        parse: @escaping (ClientResponse) throws(WeChatError) -> Value
    ) async throws(WeChatError) -> Value {
        let request = WaitedCall.Request(
            endpoint: endpoint,
            app: app,
            target: target,
            body: body,
            replyBytesMax: replyBytesMax,
            retriesBusy: retriesBusy,
            parse: parse
        )
        return try await value { onEnd in WaitedCall(request, of: self, onEnd: onEnd) }
    }

    /// Makes a call and waits for its value.
    func value<Value>(
        _ makeCall: (_ onEnd: @escaping (Result<Value, WeChatError>) -> Void) -> WeChatCall
    ) async throws(WeChatError) -> Value {
        if Task.isCancelled { throw .cancelled }
        let outcome = Completion<Result<Value, WeChatError>>(on: loop)
        let call = makeCall { outcome.finish($0) }
        call.start()
        guard let result = await outcome.value(onCancel: { call.cancel() }) else { throw .cancelled }
        return try result.get()
    }
}
