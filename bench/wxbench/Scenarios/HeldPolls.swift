import HTTP
import UV

/// Browsers that wait for a phone: a connection each, with a long poll parked on it. Loop-confined.
final class HeldPolls: Load {
    /// Seconds that a poll asks for; the most that the gateway gives.
    static let waitSeconds = 60
    /// On the way at once; a listener's queue is longer.
    static let openingMax = 64

    var onEnd: (() -> Void)?

    private let recorder: Recorder
    private let kind: Int
    private let loop: EventLoop
    private var browsers: [Browser] = []
    private var failedOpens = 0
    private var opening: Completion<Void>?
    private var next = 0
    /// When the load began; 0 before that.
    private var start: UInt64 = 0
    private var early: [Verdict] = []
    private var pending = 0

    /// - Parameter ticketOf: the ticket that each browser polls for, by its number.
    init(
        _ count: Int,
        _ tickets: [QRTicket],
        perTicket: Int,
        _ context: PartContext,
        kind: Int
    ) {
        recorder = context.recorder
        self.kind = kind
        loop = context.loop
        for index in 0..<count {
            let request = tickets[index / perTicket].poll(
                context.options.site,
                seen: "pending",
                waitSeconds: Self.waitSeconds
            )
            browsers.append(Browser(index, request, context, self))
        }
    }

    /// Connects all of them and asks nothing yet.
    func open() async throws(BenchError) {
        let done = Completion<Void>(on: loop)
        opening = done
        openMore()
        if !browsers.isEmpty { await done.value() }
        if failedOpens > 0 {
            throw .setUp(
                "\(failedOpens) of \(browsers.count) connections failed: see WXGATE_MAX_CONNECTIONS, ulimit -n, --source-addresses"
            )
        }
    }

    /// Parks a poll on each connection.
    func park() async {
        for (index, browser) in browsers.enumerated() {
            browser.poll()
            // The gateway reads while we write.
            if index % 256 == 255 { try? await loop.sleep(milliseconds: 1) }
        }
    }

    func run(from start: UInt64) throws(UVError) {
        self.start = start
        // What ended before anything was counted is no better for that.
        for verdict in early { recorder.record(kind: kind, intended: start, finished: start, verdict) }
        early = []
    }

    /// Counts those that are still parked as held; the rest has been told.
    func stop() {
        for browser in browsers where browser.isParked {
            recorder.record(kind: kind, intended: start, finished: start, .held)
        }
        closeAll()
        onEnd.take()?()
    }

    func abandon(counted isCounted: Bool) { closeAll() }

    private func closeAll() {
        for browser in browsers { browser.close() }
        browsers = []
    }

    private func openMore() {
        while pending < Self.openingMax, next < browsers.count {
            pending += 1
            next += 1
            browsers[next - 1].open()
        }
        if pending == 0 { opening.take()?.finish(()) }
    }

    fileprivate func opened(_ isOpen: Bool) {
        guard opening != nil else { return }
        if !isOpen { failedOpens += 1 }
        pending -= 1
        openMore()
    }

    fileprivate func ended(_ outcome: ExchangeOutcome, after waited: UInt64) -> Bool {
        let verdict = HeldPolls.judge(outcome, afterSeconds: MonotonicClock.seconds(waited))
        if let verdict {
            if start == 0 { early.append(verdict) }
            recorder.record(kind: kind, intended: start, finished: start, verdict)
        }
        return verdict == nil
    }

    /// What is wrong with a poll that ended; nil when it waited as long as it had asked for, and may ask again.
    static func judge(_ outcome: ExchangeOutcome, afterSeconds waited: Double) -> Verdict? {
        switch outcome {
        case .lost(let reason): return .lost(reason)
        case .reply(let reply):
            guard reply.status == .ok else { return .refused(Refusal.name(of: reply)) }
            let status = Refusal.word("status", in: reply.body) ?? "no status"
            guard status == "pending" else { return .wrong("a poll that nobody answers ended with \(status)") }
            // Half a second for clocks that are read a turn apart.
            return waited < Double(waitSeconds) - 0.5 ? .wrong("a poll ended after \(Figures.short(waited)) s") : nil
        }
    }

    /// One browser.
    private final class Browser: HTTPExchangeOwner {
        private(set) var isParked = false
        private let exchange: HTTPExchange
        private let request: [UInt8]
        private unowned let polls: HeldPolls
        private var since: UInt64 = 0

        init(_ number: Int, _ request: [UInt8], _ context: PartContext, _ polls: HeldPolls) {
            self.request = request
            self.polls = polls
            exchange = HTTPExchange(context.dialer, number: number, keepsAlive: true, on: context.loop)
            exchange.owner = self
        }

        func open() { exchange.open() }

        func poll() {
            isParked = true
            since = MonotonicClock.now()
            let slack: UInt64 = 10
            exchange.send(
                request,
                method: .get,
                timeoutNanoseconds: (UInt64(HeldPolls.waitSeconds) + slack) * MonotonicClock.second
            )
        }

        func close() {
            isParked = false
            exchange.close()
        }

        func opened(_ isOpen: Bool) { polls.opened(isOpen) }

        func finished(_ outcome: ExchangeOutcome) {
            isParked = false
            if polls.ended(outcome, after: MonotonicClock.now() - since) { poll() }
        }
    }
}
