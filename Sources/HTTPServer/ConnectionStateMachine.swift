internal import HTTP

/// One connection from accept to close: keep-alive, order of replies, which timeout runs, what a hang-up means.
///
/// Decides; never reads, writes or looks at a clock. Requests are taken one at a time, so replies to pipelined requests
/// go out in order by construction.
struct ConnectionStateMachine {
    enum State: Equatable {
        /// Waiting for the first byte of a request.
        case idle
        case receivingHead
        case receivingBody
        /// A handler has the request, or whoever has promised the reply.
        case serving
        /// The handler is done and the reply comes later; no task waits for it.
        case parked
        /// The reply waits for the peer to read; then the connection is kept or closed.
        case sending(thenClose: Bool)
        /// The reply is out, input is dropped until the peer closes.
        case lingering
        case closed
    }

    /// Which timeout runs in a state.
    enum Timeout: Equatable {
        case idle, head, body, write, linger
    }

    enum InputAction: Equatable {
        case keepDeadline
        case arm(Timeout)
    }

    enum ReplyAction: Equatable {
        /// Parse what waits, then wait for the next request.
        case receive(Timeout)
        case awaitDrain(Timeout)
        /// Send FIN, then drop input for a while.
        case linger(Timeout)
        case close
    }

    enum EndAction: Equatable {
        case cancelHandler
        case close
        case ignore
    }

    enum ExpiryAction: Equatable {
        case refuseAsTooSlow
        /// The time that the parked reply asked for is over.
        case wakeParked
        case close
        case ignore
    }

    enum DrainAction: Equatable {
        case close
        /// The parked reply is wanted now.
        case answerParked
        case ignore
    }

    private(set) var state = State.idle
    private var isDraining = false
    private var hasPeerEnded = false
    /// Nobody knows where the next message begins: what comes is dropped.
    private(set) var isInputLost = false

    /// Whether bytes go to the parser now; otherwise they wait.
    var isReceiving: Bool {
        switch state {
        case .idle, .receivingHead, .receivingBody: true
        case .serving, .parked, .sending, .lingering, .closed: false
        }
    }

    /// Whether a reply is to come without a handler.
    var isParked: Bool { state == .parked }

    /// Whether the peer may still get a reply.
    var isClosed: Bool { state == .closed }

    /// The parser wants more bytes and stands in this phase.
    mutating func inputAdvanced(to phase: RequestParser.Phase) -> InputAction {
        guard isReceiving else { return .keepDeadline }
        let next: (state: State, timeout: Timeout) =
            switch phase {
            case .idle: (.idle, .idle)
            case .head: (.receivingHead, .head)
            case .body: (.receivingBody, .body)
            }
        if next.state == state { return .keepDeadline }
        state = next.state
        return .arm(next.timeout)
    }

    /// A request arrived; its handler is to run, and no timeout but the handler's own.
    ///
    /// - Parameter isWhole: false when the end of its body is not waited for, so that it is the connection's last one.
    mutating func requestArrived(isWhole: Bool = true) {
        precondition(isReceiving, "requests are parsed one at a time")
        state = .serving
        isInputLost = !isWhole
    }

    /// The parser refuses the input, or it came too slowly; a reply follows and then nothing can be read any more.
    mutating func inputRefused() {
        precondition(isReceiving, "only input that is parsed can be refused")
        state = .serving
        isInputLost = true
    }

    /// The handler leaves the reply to whoever it parked.
    ///
    /// - Returns: what to do about a peer that is gone already, or a server that stops already.
    mutating func replyParked() -> DrainAction {
        precondition(state == .serving, "only a request that is served can be parked")
        if hasPeerEnded {
            state = .closed
            return .close
        }
        state = .parked
        return isDraining ? .answerParked : .ignore
    }

    /// A reply was handed to the kernel, as a whole or (`queued`) in part.
    mutating func replied(queued: Bool, keepAlive: Bool) -> ReplyAction {
        guard state == .serving || state == .parked else { return .close }
        let isLast = !keepAlive || isDraining || isInputLost
        if queued {
            state = .sending(thenClose: isLast)
            return .awaitDrain(.write)
        }
        return afterReply(isLast: isLast)
    }

    /// Whether the reply to the request being served must announce the end of the connection.
    var mustAnnounceClose: Bool { isDraining || isInputLost }

    /// The kernel has taken everything that waited.
    mutating func drained() -> ReplyAction? {
        guard case .sending(let thenClose) = state else { return nil }
        // A drain that began meanwhile found the reply under way.
        return afterReply(isLast: thenClose || isDraining)
    }

    private mutating func afterReply(isLast: Bool) -> ReplyAction {
        if isInputLost, !hasPeerEnded {
            state = .lingering
            return .linger(.linger)
        }
        if isLast {
            state = .closed
            return .close
        }
        state = .idle
        return .receive(.idle)
    }

    /// The peer sent FIN (`broken` false) or the connection failed.
    ///
    /// FIN while a handler runs means that the client hung up: what waits is cancelled, a promised reply too. A handler
    /// that needs no wait still answers, so a client that only closed its sending side gets its reply. For a parked reply
    /// there may be a long time to wait and nobody to get it, so it is given up at once.
    ///
    /// - Parameter hasInput: requests that came before the end wait for the parser's next turn and still get replies.
    mutating func peerEnded(broken: Bool, hasInput: Bool = false) -> EndAction {
        hasPeerEnded = true
        if broken, state != .serving, state != .closed {
            state = .closed
            return .close
        }
        if hasInput, isReceiving { return .ignore }
        switch state {
        case .serving: return .cancelHandler
        case .sending: return .ignore
        case .idle, .receivingHead, .receivingBody, .parked, .lingering:
            state = .closed
            return .close
        case .closed: return .ignore
        }
    }

    /// All that was received is parsed and no request came of it: after FIN none will, and a server that stops does not
    /// wait for one to begin.
    mutating func inputExhausted() -> EndAction {
        guard isReceiving, hasPeerEnded || isDraining && state == .idle else { return .ignore }
        state = .closed
        return .close
    }

    /// The running timeout has passed.
    mutating func deadlineExpired() -> ExpiryAction {
        switch state {
        case .receivingHead, .receivingBody: return .refuseAsTooSlow
        case .idle, .sending, .lingering:
            state = .closed
            return .close
        case .parked: return .wakeParked
        case .serving, .closed: return .ignore
        }
    }

    /// The server stops: an idle connection closes now, any other behind its reply, for which a parked one need not wait.
    ///
    /// - Parameter hasInput: whole requests may wait for the parser's next turn; the connection closes behind the first.
    mutating func drain(hasInput: Bool = false) -> DrainAction {
        isDraining = true
        if state == .parked { return .answerParked }
        guard state == .idle, !hasInput else { return .ignore }
        state = .closed
        return .close
    }

    /// The connection is closed by force.
    mutating func aborted() {
        state = .closed
    }
}
