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
        let answer = Completion<ExchangeOutcome>(on: loop)
        self.answer = answer
        exchange.send(request, method: method, timeoutNanoseconds: timeout)
        return await answer.value(isolation: isolation) ?? .lost("cancelled")
    }

    func close() { exchange.close() }

    func finished(_ outcome: ExchangeOutcome) { answer.take()?.finish(outcome) }

    func opened(_ isOpen: Bool) {}
}
