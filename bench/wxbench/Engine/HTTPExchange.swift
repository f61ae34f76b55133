import HTTP
import UV

/// What one request came to.
enum ExchangeOutcome {
    case reply(ParsedResponse)
    /// No reply, and why: `connect`, `closed`, `timeout`, `malformed`.
    case lost(String)
}

/// Whoever sends requests over an ``HTTPExchange``.
protocol HTTPExchangeOwner: AnyObject {
    /// The request that was sent came to this. Another one may be sent at once.
    func finished(_ outcome: ExchangeOutcome)
    /// The connection that ``HTTPExchange/open()`` asked for is there, or is not.
    func opened(_ isOpen: Bool)
}

/// One HTTP/1.1 connection to the target, one request at a time, opened again whenever it has gone. Loop-confined.
final class HTTPExchange: LinkOwner {
    /// The largest reply is the simulator's list of 10,000 minted codes: below 1 MiB.
    static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        limits.bodyBytesMax = 2 << 20
        return limits
    }()

    /// Told what comes of requests; whoever it is owns this exchange.
    weak var owner: (any HTTPExchangeOwner)?

    private let dialer: any Dialer
    private let number: Int
    private let keepsAlive: Bool
    private let wheel: TimerWheel
    private var deadline: Deadline?
    private var link: (any Link)?
    private var isOpen = false
    private var parser = ResponseParser(limits: HTTPExchange.limits)
    private var isWaiting = false
    private var unsent: [UInt8] = []

    init(_ dialer: any Dialer, number: Int, keepsAlive: Bool, on loop: EventLoop) {
        self.dialer = dialer
        self.number = number
        self.keepsAlive = keepsAlive
        wheel = loop.wheel
        deadline = Deadline { [weak self] in self?.finish(.lost("timeout")) }
    }

    /// Connects without asking anything.
    func open() {
        if link == nil { connect() }
    }

    /// Sends a request; one at a time. The owner hears of it exactly once, never before this returns.
    func send(_ request: [UInt8], method: HTTP.Method, timeoutNanoseconds: UInt64) {
        precondition(!isWaiting, "one request at a time")
        isWaiting = true
        if let deadline {
            wheel.schedule(deadline, afterMilliseconds: timeoutNanoseconds / 1_000_000)
        }
        if link == nil { connect() }
        parser.expectReply(to: method)
        guard isOpen else {
            unsent = request
            return
        }
        if link?.send(request.span) != true { breakLater() }
    }

    /// Ends connection and wait; the owner is told nothing.
    func close() {
        isWaiting = false
        if let deadline { wheel.cancel(deadline) }
        deadline = nil
        drop()
    }

    // MARK: - What the connection tells

    func opened() {
        isOpen = true
        if isWaiting, !unsent.isEmpty {
            let request = unsent
            unsent = []
            if link?.send(request.span) != true { return finish(.lost("closed")) }
        } else {
            owner?.opened(true)
        }
    }

    func received(_ bytes: Span<UInt8>) {
        // A byte that nobody asked for ends the connection: whose it is could not be told.
        guard isWaiting else { return drop() }
        let (consumed, event) = parser.parse(bytes)
        switch event {
        case .needMore: break
        case .response(let reply):
            if !reply.keepAlive || !keepsAlive || consumed < bytes.count { drop() }
            finish(.reply(reply), dropping: false)
        case .failed: finish(.lost("malformed"))
        }
    }

    func ended(_ reason: String) {
        let wasOpen = isOpen
        if isWaiting {
            if wasOpen, case .response(let reply) = parser.finish() { return finish(.reply(reply)) }
            finish(.lost(reason))
        } else {
            drop()
            if !wasOpen { owner?.opened(false) }
        }
    }

    // MARK: - Inside

    private func connect() {
        isOpen = false
        parser = ResponseParser(limits: HTTPExchange.limits)
        link = dialer.dial(number, owner: self)
    }

    /// The kernel refused the bytes; what the peer has to say about it follows, or the deadline.
    private func breakLater() {
        link?.close()
        link = nil
        isOpen = false
        if let deadline { wheel.schedule(deadline, afterMilliseconds: 0) }
    }

    private func drop() {
        link?.close()
        link = nil
        isOpen = false
        unsent = []
    }

    private func finish(_ outcome: ExchangeOutcome, dropping: Bool = true) {
        guard isWaiting else { return }
        isWaiting = false
        if let deadline { wheel.cancel(deadline) }
        if dropping { drop() }
        owner?.finished(outcome)
    }
}
