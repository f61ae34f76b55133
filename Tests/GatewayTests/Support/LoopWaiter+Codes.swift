import UV

@testable import Gateway

// Requests of tests, which wait for a code in a task.
extension LoopWaiter: CodeWaiter where Outcome == CodeRecord.Wake {}

extension CodeWaiter {
    /// What became of the code; nil when the task was cancelled.
    func outcome(isolation: isolated (any Actor)? = #isolation, onCancel: @escaping () -> Void) async
        -> CodeRecord.Wake?
    {
        await (self as? LoopWaiter<CodeRecord.Wake>)?.outcome(onCancel: onCancel)
    }
}

extension CodeExchange {
    func enter(_ key: CodeKey, client: ClientIdentity, isPost: Bool, now: Int64, on loop: EventLoop) -> Entry {
        enter(key, client: client, isPost: isPost, now: now, waiter: LoopWaiter<CodeRecord.Wake>(on: loop))
    }
}
