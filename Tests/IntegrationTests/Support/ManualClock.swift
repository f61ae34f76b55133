import Gateway
import Synchronization

/// A clock that stands still until the test moves it.
final class ManualClock: Sendable {
    private let now = Mutex<Int64>(1_700_000_000_000)

    var wallClock: WallClock { WallClock { [self] in now.withLock { $0 } } }

    func advance(milliseconds: Int64) { now.withLock { $0 += milliseconds } }
}
