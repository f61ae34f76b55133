/// A reply that waits for something without holding a task, a timer or the request (a long poll, server-sent events).
///
/// Everything is called on the loop of the connection, and nothing any more once the reply has ended: either it ends the
/// reply itself, by ``ParkedWriter/send(_:)-(Response)``, ``ParkedWriter/endStream()`` or ``ParkedWriter/reset()``, or it
/// is told ``hungUp()``, once.
public protocol ParkedReply: AnyObject {
    /// The reply is this one's to give now; called once, before anything else but ``hungUp()``.
    func start(with writer: ParkedWriter)

    /// The time that was asked for with ``ParkedWriter/wake(afterMilliseconds:)`` is over.
    func deadlinePassed()

    /// The server stops: what can be said now is to be said now.
    func draining()

    /// The client has gone, or the server has ended: nothing can be said any more. The last call.
    func hungUp()
}

/// What a handler comes to that may leave its reply for later.
public enum Answer {
    /// The reply.
    case now(Response)
    /// Whoever gives it.
    case later(any ParkedReply)
}
