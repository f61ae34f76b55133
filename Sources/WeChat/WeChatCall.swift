import HTTPClient
import Logging
import UV

/// One call of WeChat's API from its start to its end, over as many requests as it takes, without a task.
///
/// `CallPlan` decides; the callbacks of the loop drive it. Loop-confined.
final class WeChatCall<Value> {
    /// What is called, for whom and how.
    struct Request {
        let endpoint: WeChatEndpoint
        let app: AppID?
        /// Path and query, with everything escaped. Secret.
        let target: String
        /// Of a POST; it says its length, or WeChat would answer 412.
        var body: [UInt8]?
        let replyBytesMax: Int
        /// As `CallPlan` takes it.
        let retriesBusy: Bool
        /// What the reply says.
        let parse: (ClientResponse) throws(WeChatError) -> Value
    }

    private enum State {
        case idle
        case sending(any UpstreamCall, sentAt: UInt64)
        case waiting(Timer)
        case ended
    }

    private let client: WeChatClient
    private let request: Request
    private var plan: CallPlan
    private var state = State.idle
    private var onEnd: ((Result<Value, WeChatError>) -> Void)?

    /// - Parameter onEnd: gets the result on the loop, once, never after ``cancel()``.
    init(
        _ request: Request,
        of client: WeChatClient,
        onEnd: @escaping (Result<Value, WeChatError>) -> Void
    ) {
        self.client = client
        self.request = request
        self.onEnd = onEnd
        plan = CallPlan(
            baseCount: client.configuration.bases.count,
            retriesBusy: request.retriesBusy,
            timeoutMilliseconds: client.configuration.timeoutMilliseconds,
            now: client.loop.now
        )
    }

    /// Sends the first request; the callbacks keep the call alive from here on.
    func start() { take(plan.resume(now: client.loop.now)) }

    /// Gives up: the caller is told nothing.
    func cancel() {
        onEnd = nil
        switch state {
        case .idle, .ended: break
        case .sending(let underWay, let sentAt):
            underWay.cancel()
            note(.cancelled, sentAt: sentAt)
        case .waiting(let timer): stop(timer)
        }
        state = .ended
    }

    /// Ends a wait that the client has no time for any more.
    func close() {
        guard case .waiting(let timer) = state else { return }
        stop(timer)
        end(.failure(.connection(reason: "closed")))
    }

    private func take(_ step: CallPlan.Step) {
        switch step {
        case .fail(let error): end(.failure(error))
        case .wait(let milliseconds): wait(milliseconds: milliseconds)
        case .send(let base, let timeout, let connectTimeout):
            send(to: base, timeoutMilliseconds: timeout, connectTimeoutMilliseconds: connectTimeout)
        }
    }

    private func send(to base: Int, timeoutMilliseconds: UInt64, connectTimeoutMilliseconds: UInt64) {
        let sent = ClientRequest(
            url: SecretURL(client.origins[base], target: request.target),
            headers: request.body == nil ? [] : [("Content-Type", "application/json")],
            body: request.body,
            timeoutMilliseconds: timeoutMilliseconds,
            connectTimeoutMilliseconds: connectTimeoutMilliseconds,
            replyBytesMax: request.replyBytesMax
        )
        let sentAt = client.loop.now
        // Told after `start` has returned, so the state is never older than the end.
        state = .sending(
            client.transport(of: request.endpoint).start(sent) { [self] in ended($0, at: base, sentAt: sentAt) },
            sentAt: sentAt
        )
    }

    private func ended(_ result: Result<ClientResponse, ClientError>, at base: Int, sentAt: UInt64) {
        switch result {
        case .success(let response):
            do throws(WeChatError) {
                let value = try request.parse(response)
                note(.success, sentAt: sentAt)
                end(.success(value))
            } catch {
                note(WeChatCallOutcome(error), sentAt: sentAt)
                guard case .busy(let refusal) = error else { return end(.failure(error)) }
                client.logger.debug("WeChat is busy", metadata: ["reply": "\(refusal)"])
                take(plan.wasBusy(refusal, now: client.loop.now, jitter: Double.random(in: 0..<1)))
            }
        case .failure(let fault):
            let error = WeChatError(fault)
            note(WeChatCallOutcome(error), sentAt: sentAt)
            guard fault.allowsAnotherBase else { return end(.failure(error)) }
            client.logger.debug("no connection to a base", metadata: ["base": "\(base)", "reason": "\(error)"])
            take(plan.wasNotSent(error, now: client.loop.now))
        }
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

    private func end(_ result: Result<Value, WeChatError>) {
        state = .ended
        onEnd.take()?(result)
    }

    private func note(_ outcome: WeChatCallOutcome, sentAt: UInt64) {
        client.observer?.ended(
            request.endpoint,
            app: request.app,
            outcome: outcome,
            milliseconds: client.loop.now - sentAt
        )
    }
}
