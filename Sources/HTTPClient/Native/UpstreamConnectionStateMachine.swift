/// One connection to a server from its first request to its end. Decides; never resolves, connects, sends or reads a
/// clock.
///
/// It is made for a request, and serves others behind it as long as both sides keep it. Times are milliseconds of the
/// loop's clock.
struct UpstreamConnectionStateMachine {
    /// Where it is; it only moves forward, but for going back and forth between `idle` and `exchanging`.
    enum Phase: Equatable {
        case resolving, connecting, securing, idle, exchanging, closed
    }

    /// What to do next.
    enum Step: Equatable {
        /// Nothing now.
        case wait
        /// Connect to the address of this index, and ask `expired` when that is over.
        case connect(address: Int, until: UInt64)
        /// Shake hands, and ask `expired` when that is over.
        case secure(until: UInt64)
        /// Send the request, and ask `expired` when that is over.
        case exchange(until: UInt64)
        /// End the connection; its request, of which not one byte was sent, goes over another.
        case replace
        /// End the connection, and its request with the error.
        case fail(ClientError)
        /// End the connection, which has no request.
        case close
    }

    /// What becomes of a connection behind a reply.
    enum Afterwards: Equatable {
        case keep, close
    }

    private(set) var phase = Phase.resolving
    private let isTLS: Bool
    /// The end of the time to connect, which TLS is a part of, and of the whole time of the request under way.
    private let connectsBy: UInt64
    private var endsBy: UInt64
    private var addressCount = 0
    private var address = 0
    /// `errno` of the last failure to connect.
    private var systemError: Int32?
    /// Whether a byte of the request under way may have been sent.
    private(set) var isRequestSent = false
    /// Whether all of it was.
    private var isRequestComplete = false
    /// Whether no request may follow the one under way.
    private var isRetired = false
    /// Whether a request before the one under way was answered.
    private var isKept = false

    /// A connection that is made for a request.
    ///
    /// - Parameters:
    ///   - connectsBy: the end of the time to resolve, connect and shake hands.
    ///   - endsBy: the end of the request's whole time.
    init(isTLS: Bool, connectsBy: UInt64, endsBy: UInt64) {
        self.isTLS = isTLS
        self.connectsBy = connectsBy
        self.endsBy = endsBy
    }

    /// Until when the addresses may take.
    var resolvesBy: UInt64 { min(connectsBy, endsBy) }

    // MARK: - Towards a connection

    /// The host's addresses are known; none means that it has none.
    mutating func resolved(addressCount: Int, now: UInt64) -> Step {
        guard phase == .resolving else { return .wait }
        guard addressCount > 0 else { return fail(.resolveFailed) }
        self.addressCount = addressCount
        phase = .connecting
        return connect(now: now)
    }

    /// The address is reached.
    mutating func connected() -> Step {
        guard phase == .connecting else { return .wait }
        systemError = nil
        guard isTLS else { return begin() }
        phase = .securing
        return .secure(until: resolvesBy)
    }

    /// The address is not reached.
    mutating func connectFailed(systemError: Int32, now: UInt64) -> Step {
        guard phase == .connecting else { return .wait }
        self.systemError = systemError
        guard address + 1 < addressCount else { return fail(.connectFailed) }
        address += 1
        return connect(now: now)
    }

    /// TLS is ready and the server is who it should be.
    mutating func secured() -> Step { phase == .securing ? begin() : .wait }

    /// There is no TLS.
    ///
    /// - Parameter certificateFault: OpenSSL's number for what is wrong with the certificate.
    mutating func securingFailed(certificateFault: Int?) -> Step {
        phase == .securing ? fail(.tlsFailed, certificateFault: certificateFault) : .wait
    }

    // MARK: - A request and its reply

    /// Another request goes over the kept connection.
    mutating func reuse(endsBy: UInt64) -> Step {
        precondition(phase == .idle, "one request at a time")
        self.endsBy = endsBy
        return begin()
    }

    /// Bytes of the request were given to the kernel, or may have been.
    mutating func sent(isComplete: Bool) {
        isRequestSent = true
        isRequestComplete = isComplete
    }

    /// The request could not be written: not one byte of it, unless `sent` was called for some.
    mutating func sendFailed() -> Step { phase == .exchanging ? lose() : .wait }

    /// The whole reply is there.
    ///
    /// - Parameter mayKeep: whether the reply allows another request, and nothing came behind it.
    mutating func replied(mayKeep: Bool) -> Afterwards {
        guard phase == .exchanging, mayKeep, isRequestComplete, !isRetired else {
            phase = .closed
            return .close
        }
        phase = .idle
        isKept = true
        return .keep
    }

    /// What came is no reply, or too much of one.
    mutating func replyFailed(_ code: ClientError.Code) -> Step { phase == .exchanging ? fail(code) : .wait }

    // MARK: - Ends

    /// The peer has ended the connection, or broken it, or spoken out of turn, and there is no reply to be completed.
    mutating func ended() -> Step {
        switch phase {
        case .resolving, .connecting, .closed: return .wait
        case .securing: return fail(.tlsFailed)
        case .exchanging: return lose()
        case .idle:
            phase = .closed
            return .close
        }
    }

    /// The time of the last step is over.
    mutating func expired(now: UInt64) -> Step {
        switch phase {
        case .closed: return .wait
        case .idle:
            phase = .closed
            return .close
        case .exchanging: return fail(.timedOut)
        case .resolving, .connecting, .securing:
            // The whole time being over says more than the time to connect, and is told apart from it.
            if now >= endsBy { return fail(.timedOut) }
            if phase == .connecting, now < connectsBy, address + 1 < addressCount {
                address += 1
                return connect(now: now)
            }
            return fail(.timedOut, stage: phase == .resolving ? .resolving : .connecting)
        }
    }

    /// The address is not the host's any more: nothing follows the request under way.
    mutating func retire() -> Step {
        isRetired = true
        guard phase == .idle else { return .wait }
        phase = .closed
        return .close
    }

    /// The client gives the request up, or closes.
    mutating func abandon() { phase = .closed }

    /// How far the request has come.
    var stage: ClientError.Trace.Stage {
        if isRequestSent { return .exchanging }
        return switch phase {
        case .resolving: .resolving
        case .connecting: .connecting
        case .securing, .idle, .exchanging, .closed: .securing
        }
    }

    // MARK: - Inside

    /// An address that does not answer must leave the ones behind it their share of the time.
    private func connect(now: UInt64) -> Step {
        let end = resolvesBy
        let rest = end > now ? end - now : 0
        return .connect(address: address, until: now + max(rest / UInt64(addressCount - address), 1))
    }

    private mutating func begin() -> Step {
        phase = .exchanging
        isRequestSent = false
        isRequestComplete = false
        return .exchange(until: endsBy)
    }

    /// A kept connection that was dead before the request is no failure of the server: another one may do.
    private mutating func lose() -> Step {
        if isRequestSent { return fail(.connectionLost) }
        guard isKept else { return fail(.connectFailed) }
        phase = .closed
        return .replace
    }

    private mutating func fail(
        _ code: ClientError.Code,
        stage: ClientError.Trace.Stage? = nil,
        certificateFault: Int? = nil
    ) -> Step {
        var error = ClientError(code, requestSent: isRequestSent)
        error.trace = ClientError.Trace(
            stage: stage ?? self.stage,
            certificateFault: certificateFault,
            systemError: systemError
        )
        phase = .closed
        return .fail(error)
    }
}
