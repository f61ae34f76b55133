internal import UV

/// One request of a ``NativeClient`` from its arrival to its end. Loop-confined.
public final class NativeExchange: UpstreamCall {
    /// Where it is; it only moves forward, but for a running one that goes over another connection.
    enum Phase {
        case arrived
        case waiting(ticket: UInt64)
        case running(UpstreamConnection)
        case ended
    }

    let request: ClientRequest
    /// The end of its whole time, in milliseconds of the loop's clock.
    let endsBy: UInt64
    var phase = Phase.arrived
    /// That end, while no connection watches over it.
    var deadline: Deadline?
    private unowned let client: NativeClient
    private var caller: (any UpstreamCaller)?
    private var wasSent = false

    init(_ request: ClientRequest, endsBy: UInt64, of client: NativeClient, for caller: any UpstreamCaller) {
        self.request = request
        self.endsBy = endsBy
        self.client = client
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
        // After the end that is on its way to the caller there is nothing to free, and perhaps no client.
        if case .ended = phase { return }
        client.abandon(self)
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
