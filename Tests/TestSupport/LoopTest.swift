public import Testing
public import UV

/// Runs a body on a loop of its own thread, then proves that the loop closed empty.
///
/// The task of the body prefers the loop, as every task of the product does.
@discardableResult
public func withLoop<Value: Sendable>(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: @escaping @Sendable (isolated LoopActor) async throws -> Value
) async throws -> Value {
    let thread = try EventLoopThread(name: "test-loop")
    let task = Task(executorPreference: thread.loop) { try await thread.actor.run(body) }
    let result = await task.result
    let leaks = await joined(thread)
    #expect(leaks.isEmpty, "handles left open", sourceLocation: sourceLocation)
    return try result.get()
}

/// Stops and joins a loop's thread without blocking a thread of Swift's pool.
public func joined(_ thread: EventLoopThread) async -> [String] {
    await offPool { thread.stopAndJoin() }
}

/// Runs blocking code on a thread of its own.
public func offPool<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        Thread.start { continuation.resume(returning: body()) }
    }
}
