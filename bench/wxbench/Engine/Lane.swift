import HTTP
import UV

/// One connection of a ``LoadStream`` with the request that it carries. Loop-confined.
final class Lane: HTTPExchangeOwner {
    let number: Int
    /// The lane has nothing to do since this moment.
    var onIdle: (Lane, UInt64) -> Void = { _, _ in }
    /// The workload has nothing to do for the lane, now or later.
    var onFinished: (Lane) -> Void = { _ in }

    private let workload: any Workload
    private let recorder: Recorder
    private let exchange: HTTPExchange
    private let wheel: TimerWheel
    private let timeout: UInt64
    private var request: [UInt8] = []
    private var ticket: Ticket?
    private var intended: UInt64 = 0
    private var pause: Deadline?

    init(
        _ number: Int,
        _ workload: any Workload,
        dialer: any Dialer,
        plan: StreamPlan,
        recorder: Recorder,
        on loop: EventLoop
    ) {
        self.number = number
        self.workload = workload
        self.recorder = recorder
        timeout = plan.timeout
        wheel = loop.wheel
        exchange = HTTPExchange(dialer, number: number, keepsAlive: plan.keepsAlive, on: loop)
        exchange.owner = self
    }

    /// Sends the workload's next request.
    ///
    /// - Parameter intended: when it was meant to start; nil for now.
    func begin(intended: UInt64?, at now: UInt64) {
        request.removeAll(keepingCapacity: true)
        switch workload.prepare(into: &request, at: now) {
        case .request(let ticket): send(ticket, intended: intended ?? now)
        case .later(let moment): wait(until: moment, from: now, intended: intended)
        case .finished: onFinished(self)
        }
    }

    /// Gives up waiting for the workload.
    func endPause() {
        guard let pause = pause.take() else { return }
        wheel.cancel(pause)
        onIdle(self, MonotonicClock.now())
    }

    /// Drops what is under way, and the connection.
    func abandon(counted isCounted: Bool, at now: UInt64) {
        if let pause { wheel.cancel(pause) }
        pause = nil
        exchange.close()
        guard let ticket = ticket.take(), isCounted else { return }
        recorder.record(kind: ticket.kind, intended: intended, finished: now, .lost("unfinished"))
    }

    func finished(_ outcome: ExchangeOutcome) {
        guard let ticket = ticket.take() else { return }
        let now = MonotonicClock.now()
        switch outcome {
        case .reply(let reply):
            let verdict = workload.judge(reply, of: ticket, at: now)
            recorder.record(kind: ticket.kind, intended: intended, finished: now, verdict)
        case .lost(let reason):
            workload.lost(ticket, at: now)
            recorder.record(kind: ticket.kind, intended: intended, finished: now, .lost(reason))
        }
        request.removeAll(keepingCapacity: true)
        if let next = workload.followUp(of: ticket, into: &request) {
            send(next, intended: now)
        } else {
            onIdle(self, now)
        }
    }

    func opened(_ isOpen: Bool) {}

    private func send(_ ticket: Ticket, intended: UInt64) {
        self.ticket = ticket
        self.intended = intended
        exchange.send(request, method: ticket.method, timeoutNanoseconds: ticket.timeout ?? timeout)
    }

    private func wait(until moment: UInt64, from now: UInt64, intended: UInt64?) {
        let pause = Deadline { [unowned self] in
            self.pause = nil
            begin(intended: intended, at: MonotonicClock.now())
        }
        self.pause = pause
        wheel.schedule(pause, afterMilliseconds: (max(moment, now) - now) / 1_000_000 + 1)
    }
}
