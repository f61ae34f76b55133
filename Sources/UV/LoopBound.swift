/// A value of one loop on its way through a `@Sendable` closure that runs on the same loop again.
///
/// The compiler cannot see that a cancellation handler or ``EventLoop/execute(_:)`` comes back to the loop; this type
/// checks it at run time instead.
@safe public struct LoopBound<Value>: @unchecked Sendable {
    private let wrapped: Value
    private let loop: EventLoop

    /// Wraps a value of the given loop. On the loop's thread.
    public init(_ value: Value, on loop: EventLoop) {
        self.wrapped = value
        self.loop = loop
    }

    /// The value; traps on any other thread than the loop's.
    public var value: Value {
        loop.preconditionOnLoop()
        return wrapped
    }
}
