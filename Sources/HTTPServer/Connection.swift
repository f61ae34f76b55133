internal import HTTP
internal import Logging
internal import UV

/// One client connection: carries out what its ``ConnectionStateMachine`` decides.
///
/// Loop-confined. Bytes are parsed in the read callback, and what needs no wait is answered there, or promised (see
/// ``PromisedReply``). One task serves all other requests, one after the other, and is woken once a request. It begins
/// with the first of them and ends when a reply is parked, so that a connection that waits for long holds neither task
/// nor request.
@safe final class Connection: TCPConnectionDelegate {
    let tcp: TCPConnection
    let server: Server
    private(set) var machine = ConnectionStateMachine()
    /// Only while a request has begun to arrive and is not whole; see ``Server/reception()``.
    private(set) var reception: Reception?
    /// A request that its task has not taken yet.
    private var ready: ReadyRequest?

    /// Input that arrived while a request was being served.
    private var waiting: PendingInput?
    private var next: UnsafeContinuation<Request?, Never>?
    private(set) var task: Task<Void, Never>?
    /// Gives the reply to the request being served, some time.
    var parked: (any ParkedReply)?
    /// Gives it soon. Weak, since one that is forgotten on another thread has ended before the loop hears of it.
    weak var promised: PromisedReply?

    /// Of the request being answered; a writer of an older one has no say any more.
    private(set) var number: UInt64 = 0
    private var isAnswered = true
    private(set) var persistence = ResponseEncoder.Persistence.implied
    var keepsAlive = true
    private(set) var isHTTP10 = false
    var isStreamChunked = false
    private(set) var omitsBody = false
    /// A parser's turn is under way: what it answers does not begin another.
    private var isParsing = false
    private var isTurnPending = false
    private(set) lazy var deadline = Deadline { [unowned self] in expire() }

    /// Requests that are answered at once before the loop polls again: enough for any pipeline in earnest, and a few
    /// hundred microseconds of the other connections' time.
    private static let requestsPerTurn = 64

    init(_ tcp: TCPConnection, server: Server) {
        self.tcp = tcp
        self.server = server
    }

    /// Asks the state machine for what is due. A copy that is stored back is cheaper than an access that stays open
    /// during the call.
    @inline(__always)
    func update<Action>(_ decide: (inout ConnectionStateMachine) -> Action) -> Action {
        var machine = self.machine
        let action = decide(&machine)
        self.machine = machine
        return action
    }

    // MARK: - Life

    /// Starts to read.
    func start() {
        tcp.delegate = self
        arm(.idle)
        tcp.startReading()
    }

    /// Serves requests until the connection closes or a reply is parked.
    func serve() async {
        while let request = await nextRequest() {
            await server.responder.respond(
                to: request,
                with: ResponseWriter(self, number: number, requestID: request.requestID)
            )
        }
    }

    /// Answers a connection above the limit, without a task, and closes.
    func refuse(_ problem: Problem) {
        tcp.delegate = self
        update { $0.inputRefused() }
        isAnswered = false
        keepsAlive = false
        tcp.startReading()
        reply(problem, requestID: server.requestID(for: nil))
    }

    /// The server stops: an idle connection closes now, a parked reply is given now.
    func drain() {
        let hasInput = waiting != nil
        perform(update { $0.drain(hasInput: hasInput) })
    }

    func perform(_ action: ConnectionStateMachine.DrainAction) {
        switch action {
        case .close: close(reset: false)
        case .answerParked: parked?.draining()
        case .ignore: break
        }
    }

    /// Closes whatever goes on.
    func abort() {
        update { $0.aborted() }
        close(reset: false)
    }

    private func close(reset: Bool) {
        server.wheel.cancel(deadline)
        if reset { tcp.closeWithReset() } else { tcp.close() }
        waiting = nil
        reception = nil
        ready = nil
        resume(nil)
        // Frees what a handler may still wait for.
        task?.cancel()
        let parked = self.parked
        self.parked = nil
        parked?.hungUp()
        _ = hangUpPromised()
        server.closed(self)
    }

    // MARK: - Requests

    private func nextRequest() async -> Request? {
        if ready == nil { parseWaiting() }
        if let ready {
            self.ready = nil
            return ready.request
        }
        if machine.isClosed { return nil }
        if machine.isParked {
            // The next request gets a new one.
            task = nil
            return nil
        }
        return await unsafe withUnsafeContinuation(isolation: #isolation) { unsafe next = $0 }
    }

    private func resume(_ request: Request?) {
        let waiter = unsafe next
        unsafe next = nil
        unsafe waiter?.resume(returning: request)
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        var consumed = 0
        if machine.isReceiving, waiting == nil {
            consumed = unsafe parseTurn(bytes)
            if consumed == bytes.count || machine.isClosed { return }
        }
        if machine.isInputLost { return }
        let input = waiting ?? PendingInput()
        unsafe input.append(bytes[consumed...])
        waiting = input
        continueLater()
        guard hasTooMuchWaiting else { return }
        // Paused, the connection would not notice that its client hangs up, and a parked reply may wait for long.
        if machine.isParked { abort() } else { tcp.pauseReading() }
    }

    /// Whether more requests wait behind the one being served than anybody sends in earnest.
    var hasTooMuchWaiting: Bool { (waiting?.count ?? 0) > server.configuration.pipelinedBytesMax }

    private func parseWaiting() {
        guard let input = waiting, machine.isReceiving else {
            if update({ $0.inputExhausted() }) == .close { close(reset: false) }
            return
        }
        waiting = nil
        // Moved out meanwhile, because a refusal drops what waits.
        unsafe input.consume { unsafe parseTurn($0) }
        if machine.isClosed { return }
        if !machine.isInputLost, !input.isEmpty { waiting = input }
        if !hasTooMuchWaiting { tcp.startReading() }
        if waiting != nil {
            continueLater()
        } else if update({ $0.inputExhausted() }) == .close {
            close(reset: false)
        }
    }

    /// Lets the loop poll before this connection's requests go on, unless one of them is still to be answered.
    private func continueLater() {
        guard machine.isReceiving, !isTurnPending else { return }
        isTurnPending = true
        server.loop.inNextTurn { [self] in
            isTurnPending = false
            if machine.isReceiving { parseWaiting() }
        }
    }

    /// Parses and answers until a request needs a wait, but no more than one connection may have in a turn of the loop;
    /// says how many bytes that took.
    private func parseTurn(_ bytes: UnsafeRawBufferPointer) -> Int {
        var consumed = 0
        isParsing = true
        for _ in 0..<Connection.requestsPerTurn {
            unsafe consumed += parse(UnsafeRawBufferPointer(rebasing: bytes[consumed...]))
            guard consumed < bytes.count, machine.isReceiving else { break }
        }
        isParsing = false
        return consumed
    }

    /// Parses up to the end of one request and says how many bytes that took.
    private func parse(_ bytes: UnsafeRawBufferPointer) -> Int {
        let reception = self.reception ?? server.reception()
        let (consumed, event) = unsafe reception.parse(bytes) { server.responder.bodyHandling(for: $0) }
        switch event {
        case .request(let parsed):
            self.reception = nil
            // Behind a body that was cut it stands between no messages, and would swallow another connection's.
            if !parsed.isBodyCut { server.giveBack(reception) }
            serve(parsed)
        case .needMore:
            self.reception = reception
            advance()
        case .continueExpected:
            self.reception = reception
            advance()
            var interim: [UInt8] = []
            ResponseEncoder.encodeContinue(into: &interim)
            _ = unsafe interim.withUnsafeBytes { unsafe tcp.write($0) }
        case .failed(let error, let head):
            self.reception = reception
            refuseInput(error.problem, head: head)
        }
        return consumed
    }

    private func serve(_ parsed: ParsedRequest) {
        update { $0.requestArrived(isWhole: !parsed.isBodyCut) }
        begin(parsed.head, keepAlive: parsed.keepAlive)
        let id = server.requestID(for: parsed.head.headers)
        let request = Request(head: parsed.head, body: parsed.body, peer: tcp.peer, requestID: id)
        switch server.responder.answerNow(to: request) {
        case .reply(let response): return reply(response, to: number, closesSilently: false)
        case .promise(let promised): return leave(to: promised)
        case .none: break
        }
        // What was answered at once has its next timeout already.
        server.wheel.suspend(deadline)
        if unsafe next != nil { return resume(request) }
        ready = ReadyRequest(request)
        if task == nil { task = server.task(serving: self) }
    }

    private func advance() {
        let phase = reception?.phase ?? .idle
        if case .arm(let timeout) = update({ $0.inputAdvanced(to: phase) }) { arm(timeout) }
    }

    private func begin(_ head: RequestHead?, keepAlive: Bool) {
        number &+= 1
        isAnswered = false
        keepsAlive = keepAlive
        omitsBody = head?.methodIndex == Method.head.index
        isHTTP10 = head?.version == .http10
        persistence = isHTTP10 && keepAlive ? .keepAlive : .implied
    }

    private func refuseInput(_ problem: Problem, head: RequestHead?) {
        update { $0.inputRefused() }
        begin(head, keepAlive: false)
        let id = server.requestID(for: head?.headers)
        server.logger.debug("request refused", metadata: ["request_id": "\(id.text)", "error": "\(problem.detail)"])
        var response = problem.response(requestID: id.text)
        if let head {
            let request = Request(head: head, body: [], peer: tcp.peer, requestID: id)
            response.add(server.responder.fields(for: request))
        }
        reply(response, to: number, closesSilently: false)
    }

    // MARK: - Replies

    /// Whether the request with this number still has no whole reply, and somebody to get it.
    func awaitsReply(to number: UInt64) -> Bool {
        number == self.number && !isAnswered && !machine.isClosed
    }

    func reply(_ response: Response, to number: UInt64, closesSilently: Bool) {
        guard awaitsReply(to: number) else { return }
        // Whoever gives the reply is not told that it has come to its end.
        if parked != nil { parked = nil }
        let closes = !keepsAlive || machine.mustAnnounceClose
        let outcome = server.send(
            response,
            persistence: closes ? .close : persistence,
            omitsBody: omitsBody,
            on: tcp
        )
        if outcome == .failed {
            abort()
        } else {
            finishReply(queued: outcome == .queued, keepAlive: keepsAlive && !closesSilently)
        }
    }

    /// The whole reply is with the kernel or (`queued`) on its way there.
    func finishReply(queued: Bool, keepAlive: Bool) {
        isAnswered = true
        perform(update { $0.replied(queued: queued, keepAlive: keepAlive) })
    }

    private func reply(_ problem: Problem, requestID: RequestID) {
        reply(problem.response(requestID: requestID.text), to: number, closesSilently: false)
    }

    func sendPart(_ bytes: [UInt8], of number: UInt64) {
        guard awaitsReply(to: number) else { return }
        if unsafe bytes.withUnsafeBytes({ unsafe tcp.write($0) }) == .failed { abort() }
    }

    func abandon(_ number: UInt64, reset: Bool) {
        guard awaitsReply(to: number) else { return }
        parked = nil
        if !reset, tcp.queuedBytes > 0 { return finishReply(queued: true, keepAlive: false) }
        isAnswered = true
        update { $0.aborted() }
        close(reset: reset)
    }

    func finishUnanswered(_ number: UInt64, requestID: RequestID) {
        guard awaitsReply(to: number), parked == nil else { return }
        server.logger.error("a handler ended without an answer", metadata: ["request_id": "\(requestID.text)"])
        reply(.internalError, requestID: requestID)
    }

    private func perform(_ action: ConnectionStateMachine.ReplyAction) {
        switch action {
        case .receive(let timeout):
            arm(timeout)
            // Called outside the task's own turn, as after a drain, nobody else looks at what waits.
            if !isParsing, unsafe next != nil || task == nil { parseWaiting() }
        case .awaitDrain(let timeout):
            arm(timeout)
        case .linger(let timeout):
            arm(timeout)
            tcp.shutdownWriting()
            waiting = nil
            tcp.startReading()
        case .close:
            close(reset: false)
        }
    }

    // MARK: - What happens to the connection

    func drained() {
        if let action = update({ $0.drained() }) { perform(action) }
    }

    func ended(_ error: UVError?) {
        let hasInput = waiting != nil
        switch update({ $0.peerEnded(broken: error != nil, hasInput: hasInput) }) {
        case .cancelHandler:
            if hangUpPromised() { abandon(number, reset: false) } else { task?.cancel() }
        case .close: close(reset: false)
        case .ignore: break
        }
    }

    private func expire() {
        switch update({ $0.deadlineExpired() }) {
        case .wakeParked: parked?.deadlinePassed()
        case .refuseAsTooSlow:
            // A body that nobody wants is no reason to refuse.
            if let parsed = reception?.cutBody() {
                reception = nil
                return serve(parsed)
            }
            refuseInput(.tooSlow, head: reception?.receivedHead)
        case .close: close(reset: false)
        case .ignore: break
        }
    }

    private func arm(_ timeout: ConnectionStateMachine.Timeout) {
        let configuration = server.configuration
        let milliseconds =
            switch timeout {
            case .idle: configuration.idleTimeoutMilliseconds
            case .head: configuration.headTimeoutMilliseconds
            case .body: configuration.bodyTimeoutMilliseconds
            case .write: configuration.writeTimeoutMilliseconds
            case .linger: configuration.lingerMilliseconds
            }
        server.wheel.schedule(deadline, afterMilliseconds: milliseconds)
    }
}
