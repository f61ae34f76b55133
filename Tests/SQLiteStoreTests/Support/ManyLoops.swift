import TestSupport
import Testing
import UV

/// Runs a body so many times at once, spread over several loops as the product's connections are.
func onManyLoops<Value: Sendable>(
    count: Int,
    loops: Int = 4,
    _ body: @escaping @Sendable (Int) async -> Value
) async throws -> [Value] {
    let threads = try (0..<loops).map { try EventLoopThread(name: "loop-\($0)") }
    let values = await withTaskGroup(of: (Int, Value).self) { group in
        for index in 0..<count {
            let thread = threads[index % threads.count]
            group.addTask(executorPreference: thread.loop) {
                await (index, thread.actor.run { _ in await body(index) })
            }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for thread in threads { #expect(await joined(thread).isEmpty) }
    return (0..<count).compactMap { values[$0] }
}
