import Synchronization

@testable import Gateway

/// A store in memory that fails as often as the test says, waits when it says so, and remembers what it was asked.
final class ScriptedAccessTokenStore: AccessTokenStore {
    private struct State {
        var records: [String: SealedRecord] = [:]
        var failures = 0
        var isHeld = false
        var tries = 0
        var saved: [SealedRecord] = []
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Saves that were begun.
    var tries: Int { state.withLock { $0.tries } }
    /// What was saved, in order.
    var saved: [SealedRecord] { state.withLock { $0.saved } }

    /// The next calls fail.
    func fail(times: Int) { state.withLock { $0.failures = times } }

    /// Calls wait until `release`.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isHeld = false
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func put(_ record: SealedRecord, of appID: String) { state.withLock { $0.records[appID] = record } }

    func load(_ appID: String) async throws(StoreError) -> SealedRecord? {
        await wait()
        try failIfTold()
        return state.withLock { $0.records[appID] }
    }

    func save(_ record: SealedRecord, of appID: String) async throws(StoreError) {
        state.withLock { $0.tries += 1 }
        await wait()
        try failIfTold()
        state.withLock {
            $0.records[appID] = record
            $0.saved.append(record)
        }
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.isHeld { state.held.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
    }

    private func failIfTold() throws(StoreError) {
        let fails = state.withLock { state in
            defer { state.failures = max(0, state.failures - 1) }
            return state.failures > 0
        }
        if fails { throw .unavailable }
    }
}
