import Gateway
import Synchronization

/// A clock that stands still until a test moves it.
final class ManualClock: Sendable {
    private let now: Mutex<Int64>

    init(seconds: Int64 = 1_700_000_000) { now = Mutex(seconds * 1_000) }

    var wall: WallClock { WallClock { [self] in now.withLock { $0 } } }
    var milliseconds: Int64 { now.withLock { $0 } }
    func advance(milliseconds: Int64) { now.withLock { $0 += milliseconds } }
    func advance(seconds: Int64) { advance(milliseconds: seconds * 1_000) }
}
