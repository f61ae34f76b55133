import Gateway
import Synchronization

/// A store that answers nothing before it is told to, then as one that is empty.
final class SilentAccessTokenStore: AccessTokenStore {
    private struct State {
        var isSilent = true
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func answer() {
        let waiting = state.withLock { state in
            state.isSilent = false
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func load(_ appID: String) async throws(StoreError) -> SealedRecord? {
        await wait()
        return nil
    }

    func save(_ record: SealedRecord, of appID: String) async throws(StoreError) { await wait() }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isSilent = state.withLock { state in
                if state.isSilent { state.waiting.append(continuation) }
                return state.isSilent
            }
            if !isSilent { continuation.resume() }
        }
    }
}
