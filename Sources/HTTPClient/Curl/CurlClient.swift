internal import CCurl
public import UV

/// An HTTP/1.1 client of one event loop by libcurl, with kept connections, limits and deadlines. Loop-confined.
///
/// A request is sent at most once: libcurl's own repeat on a lost connection is stopped. ``close()`` before the last
/// reference goes.
public final class CurlClient: UpstreamClient {
    private let loop: EventLoop
    private let configuration: ClientConfiguration
    private let admission: Admission<Transfer>
    private var running: [ObjectIdentifier: Transfer] = [:]
    private var idleHandles: [EasyHandle] = []
    private var multi: MultiHandle?
    /// Whether a request is being started, whose caller must not be told before it knows of the request.
    private var isStarting = false

    /// Unused easy handles kept for the next requests; each holds a few kilobytes.
    private static let idleHandlesMax = 256

    /// Makes a client of the loop. On the loop.
    ///
    /// - Throws: ``ClientError/Code/internalFailure`` when libcurl cannot start.
    public init(on loop: EventLoop, configuration: ClientConfiguration = ClientConfiguration()) throws(ClientError) {
        self.loop = loop
        self.configuration = configuration
        self.admission = Admission(inflightMax: configuration.inflightMax, waitingMax: configuration.waitingMax)
        guard let multi = MultiHandle(on: loop) else { throw ClientError(.internalFailure) }
        self.multi = multi
        multi.onDone = { [unowned self] in finish($0, with: $1) }
    }

    deinit {
        precondition(multi == nil, "close() comes before the last reference goes")
    }

    /// Requests under way now.
    public var inflightCount: Int { admission.inflight }

    /// Requests that wait for their turn now.
    public var waitingCount: Int { admission.waitingCount }

    /// Sends a request and waits for the whole reply. On the loop, in a task that prefers it.
    ///
    /// Cancelling the task frees the request at once and closes its connection.
    public func perform(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        if multi == nil { throw ClientError(.closed) }
        if Task.isCancelled { throw ClientError(.cancelled) }
        let outcome = Completion<Result<ClientResponse, ClientError>>(on: loop)
        let call = start(request) { outcome.finish($0) }
        let result = await outcome.value { call.cancel() }
        guard let result else { throw ClientError(.cancelled, requestSent: call.isRequestSent) }
        return try result.get()
    }

    /// As the next one, of a GET without further fields. On the loop.
    public func get(
        _ url: SecretURL,
        limits: ClientRequestLimits,
        for caller: any UpstreamCaller
    ) -> any UpstreamCall {
        let request = ClientRequest(
            url: url,
            timeoutMilliseconds: limits.timeoutMilliseconds,
            connectTimeoutMilliseconds: limits.connectTimeoutMilliseconds,
            replyBytesMax: limits.replyBytesMax
        )
        return start(request, for: caller)
    }

    /// As the next one, with the reply where libcurl's callbacks collected it. On the loop.
    public func start(_ request: ClientRequest, for caller: any UpstreamCaller) -> any UpstreamCall {
        start(request) { result in
            switch result {
            case .success(let reply):
                let head = ClientResponseHead(status: reply.status, contentType: reply.contentType, date: reply.date)
                caller.replied(head, body: reply.body.span)
            case .failure(let error): caller.failed(error)
            }
        }
    }

    /// Sends a request, without a task. On the loop.
    ///
    /// - Parameter onEnd: gets the reply or why there is none. On the loop, once, never before this call has returned and
    ///   never after ``UpstreamCall/cancel()``.
    @discardableResult
    public func start(
        _ request: ClientRequest,
        onEnd: @escaping (Result<ClientResponse, ClientError>) -> Void
    ) -> any UpstreamCall {
        let transfer = Transfer(request, headBytesMax: configuration.replyHeadBytesMax, of: self, onEnd: onEnd)
        isStarting = true
        defer { isStarting = false }
        if multi == nil {
            settle(transfer, with: .failure(ClientError(.closed)))
            return transfer
        }
        guard request.isWellFormed else {
            settle(transfer, with: .failure(ClientError(.invalidRequest)))
            return transfer
        }
        switch admission.arrive(transfer) {
        case .refuse:
            settle(transfer, with: .failure(ClientError(.overloaded)))
        case .wait(let ticket):
            transfer.phase = .waiting(ticket: ticket)
            startDeadline(of: transfer)
        case .start:
            startDeadline(of: transfer)
            start(transfer)
        }
        return transfer
    }

    /// Ends all requests with ``ClientError/Code/closed``, closes all connections and frees everything. On the loop.
    public func close() {
        guard let multi else { return }
        // First, so that ended requests do not start waiting ones, and later ones are refused.
        self.multi = nil
        for transfer in admission.removeAllWaiting() + running.values {
            if case .running(let easy) = transfer.phase {
                multi.remove(easy)
                easy.reset()
            }
            settle(transfer, with: .failure(ClientError(.closed, requestSent: transfer.progress.isRequestSent)))
        }
        running.removeAll()
        idleHandles.removeAll()
        multi.close()
    }

    // MARK: - One transfer

    private func startDeadline(of transfer: Transfer) {
        let deadline = Deadline { [unowned self] in
            var error = ClientError(.timedOut, requestSent: transfer.progress.isRequestSent)
            if case .running(let easy) = transfer.phase { error.trace = easy.trace() }
            end(transfer, with: .failure(error))
        }
        transfer.deadline = deadline
        loop.wheel.schedule(deadline, afterMilliseconds: transfer.request.timeoutMilliseconds)
    }

    /// Runs a transfer that was admitted.
    private func start(_ transfer: Transfer) {
        guard let multi else { return }
        let easy = idleHandles.popLast() ?? EasyHandle(configuration: configuration, sockets: multi.sockets)
        guard let easy, easy.prepare(transfer) else {
            easy?.reset()
            settle(transfer, with: .failure(ClientError(.internalFailure)))
            startNext()
            return
        }
        transfer.phase = .running(easy)
        running[ObjectIdentifier(transfer)] = transfer
        limitConnections()
        multi.add(easy)
    }

    /// libcurl has finished a transfer, one way or the other.
    private func finish(_ easy: EasyHandle, with result: CURLcode) {
        guard let transfer = easy.transfer else { return }
        let outcome = easy.outcome(of: result)
        settle(transfer, with: outcome) { release(easy, of: transfer) }
    }

    /// The caller has given a request up.
    func abandon(_ transfer: Transfer) { end(transfer, with: nil) }

    /// Ends a transfer before libcurl has finished it; nothing happens when it has ended already.
    private func end(_ transfer: Transfer, with result: Result<ClientResponse, ClientError>?) {
        switch transfer.phase {
        case .ended:
            break
        case .arrived:
            settle(transfer, with: result)
        case .waiting(let ticket):
            admission.abandon(ticket: ticket)
            settle(transfer, with: result)
        case .running(let easy):
            settle(transfer, with: result) { release(easy, of: transfer) }
        }
    }

    /// Ends a transfer and tells its caller; nil when the caller has given up and knows.
    private func settle(
        _ transfer: Transfer,
        with result: Result<ClientResponse, ClientError>?,
        after: () -> Void = {}
    ) {
        transfer.phase = .ended
        if let deadline = transfer.deadline.take() { loop.wheel.cancel(deadline) }
        after()
        guard let result else { return }
        // Last, since the caller may do anything, even close this client.
        if isStarting {
            loop.inNextDrain { transfer.tell(result) }
        } else {
            transfer.tell(result)
        }
    }

    private func release(_ easy: EasyHandle, of transfer: Transfer) {
        running[ObjectIdentifier(transfer)] = nil
        multi?.remove(easy)
        easy.reset()
        if idleHandles.count < Self.idleHandlesMax { idleHandles.append(easy) }
        startNext()
    }

    private func startNext() {
        if let next = admission.leave() { start(next) }
        limitConnections()
    }

    /// libcurl's limit counts used and unused connections; ours counts the unused, so it moves with the used.
    private func limitConnections() {
        multi?.setConnectionsMax(max(admission.inflight - 1, 0) + configuration.keptConnectionsMax)
    }
}
