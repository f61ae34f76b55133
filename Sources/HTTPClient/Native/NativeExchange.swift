internal import UV

/// One request of a ``NativeClient`` from its arrival to its end. Loop-confined.
public final class NativeExchange: UpstreamCall {
    /// Where it is; it only moves forward, but for a running one that goes over another connection.
    enum Phase {
        case arrived
        case waiting(ticket: UInt64, in: NativeClient)
        case running(UpstreamConnection)
        case ended
    }

    // The parts of a request, which is too large to be handed on without copies.
    let url: SecretURL
    let headers: [(name: String, value: String)]
    let body: [UInt8]?
    let limits: ClientRequestLimits
    let keepsDate: Bool
    /// The end of its whole time, in milliseconds of the loop's clock.
    let endsBy: UInt64
    var phase = Phase.arrived
    /// That end, while no connection watches over it.
    var deadline: Deadline?
    private var caller: (any UpstreamCaller)?
    private var wasSent = false

    init(
        _ url: SecretURL,
        headers: [(name: String, value: String)] = [],
        body: [UInt8]? = nil,
        limits: ClientRequestLimits,
        keepsDate: Bool = false,
        endsBy: UInt64,
        for caller: any UpstreamCaller
    ) {
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.keepsDate = keepsDate
        self.endsBy = endsBy
        self.caller = caller
    }

    /// False only if not one byte of the request was sent.
    public var isRequestSent: Bool {
        if case .running(let connection) = phase { return connection.isRequestSent }
        return wasSent
    }

    /// Gives up: the caller is told nothing, and the connection of a request under way closes at once. Harmless when it
    /// has ended.
    public func cancel() {
        guard caller.take() != nil else { return }
        switch phase {
        // After the end that is on its way to the caller there is nothing to free, and perhaps no client.
        case .arrived, .ended: break
        case .waiting(let ticket, let client): client.abandon(self, ticket: ticket)
        case .running(let connection): connection.client.abandon(self, on: connection)
        }
    }

    /// Marks the end, before the caller is told.
    func end(in loop: EventLoop) {
        wasSent = isRequestSent
        phase = .ended
        if let deadline = deadline.take() { loop.wheel.cancel(deadline) }
    }

    /// Tells the caller, unless it has given up.
    func tell(_ error: ClientError) { caller.take()?.failed(error) }

    /// As the other.
    func tell(_ head: ClientResponseHead, body: Span<UInt8>) { caller.take()?.replied(head, body: body) }
}
