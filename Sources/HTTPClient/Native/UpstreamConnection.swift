internal import HTTP
internal import UV

/// One connection of a ``NativeClient``: does what its state machine decides. Loop-confined.
///
/// The client's list keeps it alive, and the loop while its socket is open.
final class UpstreamConnection: TCPConnectionDelegate {
    let host: UpstreamHost
    /// Its place in the client's list.
    var slot = 0
    unowned let client: NativeClient
    private let loop: EventLoop
    private let wheel: TimerWheel
    private var machine: UpstreamConnectionStateMachine
    private(set) var exchange: NativeExchange?
    private let transport = UpstreamTransport()
    private var addresses: [SocketAddress] = []
    /// The one that it is connected to, or tries.
    private var address: SocketAddress?
    private var connecting: Connecting?
    private let reader: ReplyReader
    /// A whole reply, while the records that it came with are looked through for what is behind it.
    private var reply: (head: ClientResponseHead, body: [UInt8])?
    /// Whether nothing came behind it.
    private var isReplyAlone = true
    /// Bytes of the body of the request under way that were given to the transport.
    private var bodySent = 0
    /// One for all its ends: of an attempt, of a request, of its life without one.
    private lazy var deadline = Deadline { [unowned self] in take(machine.expired(now: loop.now)) }

    /// A body up to this size goes out with the head, in one packet if it fits; a longer one follows piece by piece.
    private static let bodyWithHeadBytesMax = 16_384
    /// What the transport is given at once of a longer body; less than what may wait for a slow reader.
    private static let pieceBytes = 65_536

    init(to host: UpstreamHost, for exchange: NativeExchange, of client: NativeClient, now: UInt64) {
        self.host = host
        self.exchange = exchange
        self.client = client
        loop = client.loop
        wheel = client.loop.wheel
        machine = UpstreamConnectionStateMachine(
            isTLS: host.endpoint.isTLS,
            connectsBy: now.advanced(bySaturating: exchange.limits.connectTimeoutMilliseconds),
            endsBy: exchange.endsBy
        )
        var limits = HTTPLimits()
        limits.headBytesMax = client.configuration.replyHeadBytesMax
        reader = ReplyReader(limits: limits)
    }

    /// Whether a byte of the request under way may have been sent.
    var isRequestSent: Bool { machine.isRequestSent }

    /// Whether nothing has come in since the last reply, not even the end.
    var isQuiet: Bool { transport.isQuiet }

    // MARK: - What the client says

    /// Goes for the request that it was made for.
    func start(now: UInt64) {
        watch(until: machine.resolvesBy)
        host.findAddresses(for: self, now: now)
    }

    /// The host's addresses; none when nobody knows them.
    func resolved(_ addresses: [SocketAddress]) {
        // Whoever was told before this one may have closed the client, which may be gone.
        guard machine.phase == .resolving else { return }
        self.addresses = addresses
        take(machine.resolved(addressCount: addresses.count, now: loop.now))
    }

    /// Goes over the kept connection.
    func reuse(for exchange: NativeExchange) {
        self.exchange = exchange
        take(machine.reuse(endsBy: exchange.endsBy))
    }

    /// Closes unless its address is still the host's; behind its reply, when a request is under way.
    func retireUnlessCurrent() {
        guard let address, !host.has(address) else { return }
        take(machine.retire())
    }

    /// Closes at once; the request under way is the caller's.
    func abandon() -> NativeExchange? {
        // What was sent of its request is still asked for.
        machine.abandon()
        return tearDown()
    }

    // MARK: - What the loop says

    func received(_ bytes: UnsafeRawBufferPointer) {
        let outcome = unsafe transport.receive(bytes) { read($0, isLast: $1) }
        takeTicket()
        if let (head, body) = reply.take() {
            // Behind it, TLS may have said in the same bytes that it ends.
            finish(head, body: body.span, isAlone: isReplyAlone && outcome == .consumed && transport.isAtEnd)
            return
        }
        switch outcome {
        case .consumed: break
        case .secured: take(machine.secured())
        case .ended: ended(isOrderly: true)
        case .failed(let certificateFault):
            if machine.phase == .securing {
                take(machine.securingFailed(certificateFault: certificateFault))
            } else {
                ended(isOrderly: false)
            }
        }
    }

    func ended(_ error: UVError?) {
        // Without TLS there is no other end; with it, one that was not announced may be anybody's.
        ended(isOrderly: error == nil && !host.endpoint.isTLS)
    }

    func drained() { sendBody() }

    // MARK: - Steps

    private func take(_ step: UpstreamConnectionStateMachine.Step) {
        switch step {
        case .wait: break
        case .connect(let index, let until):
            watch(until: until)
            connect(to: addresses[index])
        case .secure(let until):
            watch(until: until)
            secure()
        case .exchange(let until):
            watch(until: until)
            sendRequest()
        case .replace:
            let exchange = tearDown()
            client.forget(self)
            if let exchange { client.resend(exchange) }
        case .fail(let error):
            let exchange = tearDown()
            client.forget(self)
            if let exchange { client.settle(exchange, with: error) }
        case .close:
            _ = tearDown()
            client.dropIdle(self)
        }
    }

    private func watch(until end: UInt64) {
        let now = loop.now
        wheel.schedule(deadline, afterMilliseconds: end > now ? end - now : 0)
    }

    private func connect(to address: SocketAddress) {
        connecting?.cancel()
        self.address = address
        connecting = TCPConnection.connect(on: loop, to: address) { [unowned self] result in
            connecting = nil
            switch result {
            case .success(let tcp):
                transport.begin(over: tcp)
                tcp.delegate = self
                tcp.startReading()
                take(machine.connected())
            case .failure(let error):
                // libuv's codes are the system's, below zero.
                take(machine.connectFailed(systemError: -error.code, now: loop.now))
            }
        }
    }

    private func secure() {
        if case .failed(let fault) = transport.secure(to: host, trust: client.trust) {
            take(machine.securingFailed(certificateFault: fault))
        }
    }

    /// Frees everything that it holds of the loop.
    private func tearDown() -> NativeExchange? {
        wheel.cancel(deadline)
        connecting?.cancel()
        connecting = nil
        host.forget(self)
        transport.close()
        return exchange.take()
    }

    // MARK: - The request

    private func sendRequest() {
        guard let exchange else { return }
        bodySent = 0
        reader.expectReply(bodyBytesMax: exchange.limits.replyBytesMax, keepsDate: exchange.keepsDate)
        let count = exchange.body?.count ?? 0
        let goesWithHead = count <= Self.bodyWithHeadBytesMax
        let outcome = sendHead(of: exchange, withBody: goesWithHead)
        if goesWithHead { bodySent = count }
        note(outcome, isComplete: bodySent == count)
        if outcome == .written, bodySent < count { sendBody() }
    }

    private func sendHead(of exchange: NativeExchange, withBody: Bool) -> TCPConnection.WriteOutcome {
        let buffer = client.buffer
        buffer.removeAll()
        do throws(RequestEncodeError) {
            let (origin, template) = (exchange.url.origin, exchange.url.template)
            try RequestEncoder.appendHead(
                exchange.body == nil ? .get : .post,
                path: origin === host.origin ? host.endpoint.path : origin.endpoint?.path ?? "",
                before: template?.before ?? [],
                target: exchange.url.target,
                after: template?.after ?? [],
                preparedFields: host.preparedFields,
                headers: exchange.headers,
                bodyCount: exchange.body?.count,
                to: buffer
            )
        } catch {
            // A well-formed request has a well-formed target.
            return .failed
        }
        if withBody, let body = exchange.body { buffer.append(body) }
        return unsafe buffer.withUnsafeBytes { unsafe transport.write($0) }
    }

    /// The next pieces of a long body, as far as the kernel takes them.
    private func sendBody() {
        guard machine.phase == .exchanging, let body = exchange?.body, bodySent < body.count else { return }
        var outcome = TCPConnection.WriteOutcome.written
        while outcome == .written, bodySent < body.count {
            let end = min(bodySent + Self.pieceBytes, body.count)
            outcome = unsafe body.withUnsafeBytes { bytes in
                unsafe transport.write(UnsafeRawBufferPointer(rebasing: bytes[bodySent..<end]))
            }
            bodySent = end
            note(outcome, isComplete: end == body.count)
        }
    }

    private func note(_ outcome: TCPConnection.WriteOutcome, isComplete: Bool) {
        switch outcome {
        case .written, .queued: machine.sent(isComplete: isComplete)
        case .failed: take(machine.sendFailed())
        }
    }

    // MARK: - The reply

    private func read(_ bytes: RawSpan, isLast: Bool) {
        guard reply == nil else {
            isReplyAlone = false
            return
        }
        guard machine.phase == .exchanging else {
            // Nobody asked for these, and they must not be the next reply.
            take(machine.ended())
            return
        }
        let bytes = Span<UInt8>(_bytes: bytes)
        switch reader.advance(bytes) {
        case .needMore: break
        case .complete(.inPlace(let range), let end):
            complete(bytes.extracting(range), isAlone: end == bytes.count, isLast: isLast)
        case .complete(.collected(let body), let end):
            complete(body.span, isAlone: end == bytes.count, isLast: isLast)
        case .failed(let error): take(machine.replyFailed(ClientError.Code(error)))
        }
    }

    /// The reply is whole; what came behind it, if anything did, has to be seen before it is told.
    private func complete(_ body: Span<UInt8>, isAlone: Bool, isLast: Bool) {
        let head = ClientResponseHead(
            status: reader.statusCode,
            contentType: reader.contentType,
            date: reader.date
        )
        if isLast {
            // TLS 1.3 gives its tickets with the first reply, and they go with the session.
            takeTicket()
            finish(head, body: body, isAlone: isAlone)
        } else {
            reply = (head, body.array())
            isReplyAlone = isAlone
        }
    }

    private func takeTicket() {
        if let ticket = transport.takeTicket() { host.ticket = ticket }
    }

    private func ended(isOrderly: Bool) {
        // A body without a length ends with the connection, unless somebody else has cut it.
        if isOrderly, machine.phase == .exchanging, case .response(let reply) = reader.finish() {
            let head = ClientResponseHead(
                status: Int(reply.status.code),
                contentType: reply.contentType,
                date: reply.date
            )
            finish(head, body: reply.body.span, isAlone: false)
            return
        }
        take(machine.ended())
    }

    private func finish(_ head: ClientResponseHead, body: Span<UInt8>, isAlone: Bool) {
        let client = client
        var ended: NativeExchange?
        switch machine.replied(mayKeep: isAlone && reader.keepAlive && transport.isFlushed) {
        case .keep:
            ended = exchange.take()
            watch(until: loop.now.advanced(bySaturating: client.keptMilliseconds))
            client.keep(self)
        case .close:
            ended = tearDown()
            client.forget(self)
        }
        if let ended { client.settle(ended, with: head, body: body) }
    }
}

extension ClientError.Code {
    /// What a reply that cannot be read is to a caller.
    fileprivate init(_ error: ResponseParseError) {
        self =
            switch error {
            case .bodyTooLarge: .replyTooLarge
            case .noReply, .incompleteReply: .connectionLost
            case .unexpectedReply, .malformedStatusLine, .unsupportedVersion, .malformedHeader, .headersTooLarge,
                .unexpectedInterimReply, .invalidContentLength, .contentLengthWithTransferCoding,
                .unsupportedTransferCoding, .malformedChunk:
                .malformedReply
            }
    }
}
