internal import UV

/// A reply that is soon to come, from callbacks instead of a task: a subclass is all that is kept of its request
/// meanwhile. On the loop of the connection.
///
/// It is answered once, by ``send(_:)`` or ``fail(_:)``, at once or later; or it is told ``hungUp()``, once. The
/// connection does not retain it: whatever it waits for does. So one that nobody keeps any more, and that can never be
/// answered, is found out: its client gets `internal`.
///
/// Unlike a ``ParkedReply`` it has no deadline, a server that stops waits for it, and a client that sends more and more
/// behind its request is not read any further.
open class PromisedReply {
    /// What is to be answered.
    public final let request: Request
    /// Of the reply that is still to be given.
    private var connection: Connection?
    private var number: UInt64 = 0

    /// Promises a reply to a request.
    public init(to request: Request) {
        self.request = request
    }

    deinit {
        guard let connection else { return }
        let (number, requestID, loop) = (number, request.requestID, connection.server.loop)
        if loop.isOnLoop { return connection.finishForgotten(number, requestID: requestID) }
        let bound = LoopBound(connection, on: loop)
        loop.execute { bound.value.finishForgotten(number, requestID: requestID) }
    }

    /// The reply may be given from here on; called once.
    open func start() {}

    /// The client has gone, or the server has ended: nothing can be said any more. The last call.
    open func hungUp() {}

    /// Gives the reply. Goes nowhere, quietly, when the client has gone.
    public final func send(_ response: consuming Response) {
        guard let connection = leaveConnection() else { return }
        connection.keepPromise(of: number, connection.server.responder.completed(response, of: request))
    }

    /// Gives an error as the reply, as if a handler had thrown it.
    public final func fail(_ error: any Error) {
        guard let connection = leaveConnection() else { return }
        connection.keepPromise(of: number, connection.server.responder.failed(error, of: request))
    }

    /// By the connection.
    func start(on connection: Connection, number: UInt64) {
        self.number = number
        self.connection = connection
        start()
    }

    /// By the connection, at most once.
    func hangUp() {
        guard let connection = leaveConnection() else { return }
        _ = connection.server.responder.failed(CancellationError(), of: request)
        hungUp()
    }

    // Read and stored back: no access stays open, so that none is checked at run time.
    private func leaveConnection() -> Connection? {
        let connection = connection
        self.connection = nil
        return connection
    }
}
