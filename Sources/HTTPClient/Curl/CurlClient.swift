internal import CCurl
public import UV

/// An HTTP/1.1 client of one event loop, with kept connections, limits and deadlines. Loop-confined.
///
/// A request is sent at most once: libcurl's own repeat on a lost connection is stopped. ``close()`` before the last
/// reference goes.
public final class Client {
    private let loop: EventLoop
    private let configuration: ClientConfiguration
    private var admission: Admission<Transfer>
    private var running: [ObjectIdentifier: Transfer] = [:]
    private var idleHandles: [EasyHandle] = []
    private var multi: MultiHandle?

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
        guard request.isWellFormed else { throw ClientError(.invalidRequest) }
        let transfer = Transfer(request, headBytesMax: configuration.replyHeadBytesMax, on: loop)
        switch admission.arrive(transfer) {
        case .refuse:
            throw ClientError(.overloaded)
        case .wait(let ticket):
            transfer.phase = .waiting(ticket: ticket)
            startDeadline(of: transfer)
        case .start:
            startDeadline(of: transfer)
            start(transfer)
        }
        let result = await transfer.outcome.value { [self] in end(transfer, with: nil) }
        guard let result else {
            throw ClientError(.cancelled, requestSent: transfer.progress.isRequestSent)
        }
        return try result.get()
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
            end(transfer, with: error)
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
        settle(transfer, with: easy.outcome(of: result))
        release(easy, of: transfer)
    }

    /// Ends a transfer before libcurl has finished it; nothing happens when it has ended already.
    private func end(_ transfer: Transfer, with error: ClientError?) {
        switch transfer.phase {
        case .ended:
            break
        case .arrived:
            settle(transfer, with: error.map { .failure($0) })
        case .waiting(let ticket):
            admission.abandon(ticket: ticket)
            settle(transfer, with: error.map { .failure($0) })
        case .running(let easy):
            settle(transfer, with: error.map { .failure($0) })
            release(easy, of: transfer)
        }
    }

    /// Tells the caller; nil when the caller was cancelled and knows.
    private func settle(_ transfer: Transfer, with result: Result<ClientResponse, ClientError>?) {
        transfer.phase = .ended
        if let deadline = transfer.deadline.take() { loop.wheel.cancel(deadline) }
        if let result { transfer.outcome.finish(result) }
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
