internal import HTTP
public import UV

/// An HTTP/1.1 client of one event loop of our own making, for calls that are made by the thousand. Loop-confined.
///
/// A request is sent at most once, over the kept connection that was used last or over a new one. ``close()`` before the
/// last reference goes.
public final class NativeClient: UpstreamClient {
    let loop: EventLoop
    let configuration: ClientConfiguration
    let trust: UpstreamTrust
    private let resolver: NameResolver
    private let admission: Admission<NativeExchange>
    private let pool: IdlePool<UpstreamConnection>
    private var hosts: [UpstreamHost] = []
    /// The one that was asked for last.
    private var lastHost: UpstreamHost?
    /// All connections, each at its own `slot`.
    private var connections: [UpstreamConnection] = []
    private var isClosed = false
    /// Inside ``start(_:onEnd:)``, which tells nothing before it has returned.
    private var isStarting = false
    /// Where requests are written, one after another.
    let buffer = OutputBuffer()

    /// Servers that are remembered without a connection; a gateway knows two.
    private static let hostsMax = 16

    /// Makes a client of the loop, which holds nothing of it yet. On the loop.
    public convenience init(on loop: EventLoop, configuration: ClientConfiguration = ClientConfiguration()) {
        self.init(on: loop, configuration: configuration, resolver: NameResolver(on: loop))
    }

    init(on loop: EventLoop, configuration: ClientConfiguration, resolver: NameResolver) {
        self.loop = loop
        self.configuration = configuration
        self.resolver = resolver
        trust = UpstreamTrust(caFile: configuration.caFile)
        admission = Admission(inflightMax: configuration.inflightMax, waitingMax: configuration.waitingMax)
        pool = IdlePool(
            countMax: max(configuration.keptConnectionsMax, 1),
            ageMillisecondsMax: UInt64(max(configuration.keptSecondsMax, 1)) * 1000
        )
    }

    deinit {
        precondition(isClosed, "close() comes before the last reference goes")
    }

    /// Requests under way now.
    public var inflightCount: Int { admission.inflight }

    /// Requests that wait for their turn now.
    public var waitingCount: Int { admission.waitingCount }

    /// Connections that no request uses now.
    var idleCount: Int { pool.count }

    /// Sends a request and waits for the whole reply. On the loop, in a task that prefers it.
    ///
    /// Cancelling the task frees the request at once and closes its connection.
    public func perform(_ request: ClientRequest) async throws(ClientError) -> ClientResponse {
        if isClosed { throw ClientError(.closed) }
        if Task.isCancelled { throw ClientError(.cancelled) }
        let outcome = Completion<Result<ClientResponse, ClientError>>(on: loop)
        let exchange = start(request) { outcome.finish($0) }
        let result = await outcome.value { exchange.cancel() }
        guard let result else { throw ClientError(.cancelled, requestSent: exchange.isRequestSent) }
        return try result.get()
    }

    /// Sends a request, without a task. On the loop.
    ///
    /// - Parameter onEnd: gets the reply or why there is none. On the loop, once, never before this call has returned and
    ///   never after ``NativeExchange/cancel()``.
    /// - Returns: the request under way, for whoever may have to give it up.
    @discardableResult
    public func start(
        _ request: ClientRequest,
        onEnd: @escaping (Result<ClientResponse, ClientError>) -> Void
    ) -> any UpstreamCall {
        start(request, for: ResponseCollector(onEnd))
    }

    /// Sends a request, without a task and without a copy of the reply. On the loop.
    ///
    /// - Parameter caller: held until it was told. That is never before this call has returned and never after
    ///   ``NativeExchange/cancel()``.
    /// - Returns: the request under way, for whoever may have to give it up.
    public func start(_ request: ClientRequest, for caller: any UpstreamCaller) -> any UpstreamCall {
        let exchange = NativeExchange(
            request.url,
            headers: request.headers,
            body: request.body,
            limits: ClientRequestLimits(
                timeoutMilliseconds: request.timeoutMilliseconds,
                connectTimeoutMilliseconds: request.connectTimeoutMilliseconds,
                replyBytesMax: request.replyBytesMax
            ),
            keepsDate: request.keepsDate,
            endsBy: loop.now.advanced(bySaturating: request.timeoutMilliseconds),
            for: caller
        )
        start(exchange, isWellFormed: request.isWellFormed)
        return exchange
    }

    /// As `start` of a GET without further fields, which needs no request to be built. On the loop.
    public func get(
        _ url: SecretURL,
        limits: ClientRequestLimits,
        for caller: any UpstreamCaller
    ) -> any UpstreamCall {
        let endsBy = loop.now.advanced(bySaturating: limits.timeoutMilliseconds)
        let exchange = NativeExchange(url, limits: limits, endsBy: endsBy, for: caller)
        start(exchange, isWellFormed: url.hasOnlyURLCharacters && limits.isWellFormed)
        return exchange
    }

    private func start(_ exchange: NativeExchange, isWellFormed: Bool) {
        isStarting = true
        defer { isStarting = false }
        if isClosed { return fail(exchange, ClientError(.closed)) }
        guard isWellFormed, exchange.url.origin.isUsable else { return fail(exchange, ClientError(.invalidRequest)) }
        switch admission.arrive(exchange) {
        case .start: send(exchange)
        case .refuse: fail(exchange, ClientError(.overloaded))
        case .wait(let ticket):
            exchange.phase = .waiting(ticket: ticket, in: self)
            watch(exchange)
        }
    }

    /// Ends all requests with ``ClientError/Code/closed``, closes all connections and frees everything. On the loop.
    public func close() {
        guard !isClosed else { return }
        // First, so that ended requests do not start waiting ones, and later ones are refused.
        isClosed = true
        let waiting = admission.removeAllWaiting()
        let open = connections
        connections = []
        _ = pool.removeAll { _ in true }
        for host in hosts { host.close() }
        hosts = []
        lastHost = nil
        let running = open.compactMap { $0.abandon() }
        for exchange in waiting + running {
            exchange.end(in: loop)
            if admission.inflight > 0, admission.leave() != nil { preconditionFailure("nobody waits any more") }
            exchange.tell(ClientError(.closed, requestSent: exchange.isRequestSent))
        }
    }

    // MARK: - For connections and exchanges

    /// A connection has the reply to its request; the connection is kept or gone already.
    ///
    /// Always behind the poll: a connection reads nothing while a request is started.
    func settle(_ exchange: NativeExchange, with head: ClientResponseHead, body: Span<UInt8>) {
        exchange.end(in: loop)
        startNext()
        // Last, since the caller may do anything, even close this client.
        exchange.tell(head, body: body)
    }

    /// There will be no reply to a request that was let in; its connection is gone already.
    func settle(_ exchange: NativeExchange, with error: ClientError) {
        exchange.end(in: loop)
        startNext()
        tell(exchange, error)
    }

    /// A request's connection was dead before a byte was sent.
    func resend(_ exchange: NativeExchange) { send(exchange) }

    /// The caller has given up a request that waits.
    func abandon(_ exchange: NativeExchange, ticket: UInt64) {
        admission.abandon(ticket: ticket)
        exchange.end(in: loop)
    }

    /// The caller has given up a request under way.
    func abandon(_ exchange: NativeExchange, on connection: UpstreamConnection) {
        exchange.end(in: loop)
        _ = connection.abandon()
        forget(connection)
        startNext()
    }

    /// No request uses the connection; another one may.
    func keep(_ connection: UpstreamConnection) {
        if let evicted = pool.put(connection, now: loop.now) {
            _ = evicted.abandon()
            forget(evicted)
        }
    }

    /// How long an unused connection lives.
    var keptMilliseconds: UInt64 { pool.ageMillisecondsMax }

    /// An unused connection has ended.
    func dropIdle(_ connection: UpstreamConnection) {
        _ = pool.removeAll { $0 === connection }
        forget(connection)
    }

    /// A connection is gone.
    func forget(_ connection: UpstreamConnection) {
        guard connection.slot < connections.count, connections[connection.slot] === connection else { return }
        connection.host.connectionCount -= 1
        let last = connections.removeLast()
        guard last !== connection else { return }
        connections[connection.slot] = last
        last.slot = connection.slot
    }

    // MARK: - Inside

    private func send(_ exchange: NativeExchange) {
        let now = loop.now
        guard let host = host(of: exchange.url.origin) else {
            settle(exchange, with: ClientError(.invalidRequest))
            return
        }
        if let connection = takeIdle(to: host, now: now) {
            host.recheckAddresses(now: now)
            exchange.phase = .running(connection)
            connection.reuse(for: exchange)
            return
        }
        let connection = UpstreamConnection(to: host, for: exchange, of: self, now: now)
        connection.slot = connections.count
        connections.append(connection)
        host.connectionCount += 1
        exchange.phase = .running(connection)
        connection.start(now: now)
    }

    /// The kept connection that was used last, if it is alive. Here and not by a closure of the pool, which costs as much as
    /// the rest of it.
    private func takeIdle(to host: UpstreamHost, now: UInt64) -> UpstreamConnection? {
        var index = pool.count
        while let connection = pool.member(before: index, now: now) {
            index &-= 1
            if connection.host === host, connection.isQuiet { return pool.remove(at: index) }
        }
        return nil
    }

    private func startNext() {
        guard !isClosed, let next = admission.leave() else { return }
        if let deadline = next.deadline.take() { loop.wheel.cancel(deadline) }
        send(next)
    }

    /// The end of the time of a request that waits for its turn.
    private func watch(_ exchange: NativeExchange) {
        let deadline = Deadline { [unowned self, unowned exchange] in
            // Held until it was told: the queue may have been all that kept it.
            let exchange = exchange
            if case .waiting(let ticket, _) = exchange.phase { abandon(exchange, ticket: ticket) }
            exchange.tell(ClientError(.timedOut))
        }
        exchange.deadline = deadline
        loop.wheel.schedule(deadline, afterMilliseconds: exchange.limits.timeoutMilliseconds)
    }

    /// Ends a request that was not let in.
    private func fail(_ exchange: NativeExchange, _ error: ClientError) {
        exchange.end(in: loop)
        tell(exchange, error)
    }

    /// Last, since the caller may do anything, even close this client.
    private func tell(_ exchange: NativeExchange, _ error: ClientError) {
        if isStarting {
            loop.inNextDrain { exchange.tell(error) }
        } else {
            exchange.tell(error)
        }
    }

    private func host(of origin: ClientOrigin) -> UpstreamHost? {
        if let lastHost, lastHost.origin === origin { return lastHost }
        for host in hosts where host.origin.shares(origin) {
            lastHost = host
            return host
        }
        let host = UpstreamHost(origin, configuration: configuration, resolver: resolver) { [unowned self] host in
            retireConnections(of: host)
        }
        guard let host else { return nil }
        if hosts.count >= Self.hostsMax, let unused = hosts.firstIndex(where: \.isUnused) { hosts.remove(at: unused) }
        hosts.append(host)
        lastHost = host
        return host
    }

    /// The host has other addresses than before.
    private func retireConnections(of host: UpstreamHost) {
        for connection in connections where connection.host === host { connection.retireUnlessCurrent() }
    }
}

extension UInt64 {
    /// The sum, or the largest number there is.
    func advanced(bySaturating milliseconds: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(milliseconds)
        return overflow ? .max : sum
    }
}
