internal import Synchronization

/// Counts the connections of all listeners that share it and says when there are enough. Any thread.
public final class ConnectionLimit: Sendable {
    private let maximum: Int
    private let open = Atomic<Int>(0)

    /// A limit over all loops; a connection costs a descriptor and a few kilobytes.
    public init(maximum: Int) {
        self.maximum = maximum
    }

    /// Connections open now.
    public var count: Int { open.load(ordering: .relaxed) }

    /// Takes a place; false when there is none. Each success is paired with one ``leave()``.
    func enter() -> Bool {
        let before = open.wrappingAdd(1, ordering: .relaxed).oldValue
        if before < maximum { return true }
        leave()
        return false
    }

    func leave() {
        open.subtract(1, ordering: .relaxed)
    }
}
