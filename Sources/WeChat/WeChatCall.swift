import HTTPClient
import Logging
import UV

/// One call of WeChat's API from its start to its end, over as many requests as it takes, without a task.
///
/// `CallPlan` decides; the callbacks of the loop drive it. Loop-confined. A class to be derived from, so that a call is one
/// object with what it asks and whom it tells; the subclasses are not generic where it matters, because a protocol's
/// calls of a generic class are never specialised.
class WeChatCall: UpstreamCaller {
    private enum State {
        case idle
        case sending(any UpstreamCall, sentAt: UInt64)
        case waiting(Timer)
        case ended
    }

    private let client: WeChatClient
    private let endpoint: WeChatEndpoint
    private var plan: CallPlan
    /// The base that the request under way goes to.
    private var base = 0
    private var state = State.idle

    /// - Parameter retriesBusy: as `CallPlan` takes it.
    init(_ endpoint: WeChatEndpoint, of client: WeChatClient, retriesBusy: Bool) {
        self.client = client
        self.endpoint = endpoint
        plan = CallPlan(
            baseCount: client.configuration.bases.count,
            retriesBusy: retriesBusy,
            timeoutMilliseconds: client.configuration.timeoutMilliseconds,
            now: client.loop.now
        )
    }

    // MARK: - What a subclass says

    /// Whose call it is, as the observer is told.
    var app: AppID? { nil }

    /// Where the request to a base goes.
    func url(at origin: ClientOrigin) -> SecretURL { preconditionFailure("a call that asks nothing") }

    /// Of a POST; it says its length, or WeChat would answer 412.
    var body: [UInt8]? { nil }

    /// The largest body of a reply.
    var replyBytesMax: Int { WeChatClient.replyBytesMax }

    /// Reads a reply; calls ``succeed()`` and then tells the caller, or throws.
    func take(_ head: ClientResponseHead, _ body: Span<UInt8>) throws(WeChatError) {}

    /// Tells the caller, unless he has given up.
    func tell(_ error: WeChatError) {}

    /// The reply is what was asked for.
    final func succeed() {
        note(.success)
        state = .ended
    }

    // MARK: - What its owner says

    /// Sends the first request; the callbacks keep the call alive from here on.
    final func start() { take(plan.resume(now: client.loop.now)) }

    /// Gives up: the caller is told nothing.
    func cancel() {
        switch state {
        case .idle, .ended: break
        case .sending(let underWay, _):
            underWay.cancel()
            note(.cancelled)
        case .waiting(let timer): stop(timer)
        }
        state = .ended
    }

    /// Ends a wait that the client has no time for any more.
    final func close() {
        guard case .waiting(let timer) = state else { return }
        stop(timer)
        fail(.connection(reason: "closed"))
    }

    // MARK: - What became of a request

    final func replied(_ head: ClientResponseHead, body: Span<UInt8>) {
        do throws(WeChatError) {
            try take(head, body)
        } catch {
            note(WeChatCallOutcome(error))
            guard case .busy(let refusal) = error else { return fail(error) }
            client.logger.debug("WeChat is busy", metadata: ["reply": "\(refusal)"])
            take(plan.wasBusy(refusal, now: client.loop.now, jitter: Double.random(in: 0..<1)))
        }
    }

    final func failed(_ fault: ClientError) {
        let error = WeChatError(fault)
        note(WeChatCallOutcome(error))
        guard fault.allowsAnotherBase else { return fail(error) }
        client.logger.debug("no connection to a base", metadata: ["base": "\(base)", "reason": "\(error)"])
        take(plan.wasNotSent(error, now: client.loop.now))
    }

    // MARK: - Inside

    private func take(_ step: CallPlan.Step) {
        switch step {
        case .fail(let error): fail(error)
        case .wait(let milliseconds): wait(milliseconds: milliseconds)
        case .send(let base, let timeout, let connectTimeout):
            self.base = base
            let limits = ClientRequestLimits(
                timeoutMilliseconds: timeout,
                connectTimeoutMilliseconds: connectTimeout,
                replyBytesMax: replyBytesMax
            )
            // Told after the request has started, so the state is never older than the end.
            state = .sending(send(to: client.origins[base], limits), sentAt: client.loop.now)
        }
    }

    private func send(to origin: ClientOrigin, _ limits: ClientRequestLimits) -> any UpstreamCall {
        let transport = client.transport(of: endpoint)
        guard let body else { return transport.get(url(at: origin), limits: limits, for: self) }
        let request = ClientRequest(
            url: url(at: origin),
            headers: [("Content-Type", "application/json")],
            body: body,
            timeoutMilliseconds: limits.timeoutMilliseconds,
            connectTimeoutMilliseconds: limits.connectTimeoutMilliseconds,
            replyBytesMax: limits.replyBytesMax
        )
        return transport.start(request, for: self)
    }

    /// Not `loop.sleep`, which a close could not end: the timer would outlive the client.
    private func wait(milliseconds: UInt64) {
        let timer = Timer(on: client.loop) { [self] in
            guard case .waiting(let timer) = state else { return }
            stop(timer)
            take(plan.resume(now: client.loop.now))
        }
        timer.start(afterMilliseconds: milliseconds)
        state = .waiting(timer)
        client.pauses[ObjectIdentifier(self)] = { [self] in close() }
    }

    private func stop(_ timer: Timer) {
        client.pauses[ObjectIdentifier(self)] = nil
        timer.close()
    }

    private func fail(_ error: WeChatError) {
        state = .ended
        tell(error)
    }

    private func note(_ outcome: WeChatCallOutcome) {
        guard case .sending(_, let sentAt) = state else { return }
        client.observer?.ended(endpoint, app: app, outcome: outcome, milliseconds: client.loop.now - sentAt)
    }
}
