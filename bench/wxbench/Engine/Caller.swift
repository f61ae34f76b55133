import HTTP
import UV

/// Asks one question after the other and waits for each answer: for what is not under measurement. Loop-confined.
final class Caller: HTTPExchangeOwner {
    private let exchange: HTTPExchange
    private let loop: EventLoop
    private let site: TargetURL
    private let timeout: UInt64
    private var answer: Completion<ExchangeOutcome>?

    init(_ dialer: any Dialer, site: TargetURL, timeout: UInt64 = 10 * MonotonicClock.second, on loop: EventLoop) {
        self.loop = loop
        self.site = site
        self.timeout = timeout
        exchange = HTTPExchange(dialer, number: 0, keepsAlive: true, on: loop)
        exchange.owner = self
    }

    /// Sends a request and waits for its reply, at most the time-out. One at a time.
    func call(
        _ method: HTTP.Method,
        _ target: String,
        json: String? = nil,
        headers: [(String, String)] = [],
        isolation: isolated (any Actor)? = #isolation
    ) async -> ExchangeOutcome {
        let template = RequestTemplate(method, target, of: site, headers: headers, body: json != nil)
        var request: [UInt8] = []
        template.append(Array((json ?? "").utf8), to: &request)
        begin(request, method)
        return await end(isolation: isolation)
    }

    /// Sends a request and does not wait; ``end()`` has to follow.
    func begin(_ request: [UInt8], _ method: HTTP.Method) {
        answer = Completion<ExchangeOutcome>(on: loop)
        exchange.send(request, method: method, timeoutNanoseconds: timeout)
    }

    /// Waits for the reply to what was begun.
    func end(isolation: isolated (any Actor)? = #isolation) async -> ExchangeOutcome {
        let outcome = await answer?.value(isolation: isolation) ?? .lost("cancelled")
        answer = nil
        return outcome
    }

    /// When the last byte of the last reply was there, by ``MonotonicClock``.
    private(set) var finishedAt: UInt64 = 0

    func close() {
        exchange.close()
        answer?.finish(.lost("cancelled"))
    }

    func finished(_ outcome: ExchangeOutcome) {
        finishedAt = MonotonicClock.now()
        answer?.finish(outcome)
    }

    func opened(_ isOpen: Bool) {}
}
