internal import Synchronization

/// A lookup of ``NameResolver`` that is on its way. Loop-confined.
public final class Resolving {
    /// Whether anybody still wants the answer, for the thread that looks it up.
    final class Interest: Sendable {
        private let alive = Atomic(true)
        var isAlive: Bool { alive.load(ordering: .relaxed) }
        func end() { alive.store(false, ordering: .relaxed) }
    }

    let interest = Interest()
    private let port: UInt16
    private var onEnd: ((Result<[SocketAddress], UVError>) -> Void)?

    init(port: UInt16, onEnd: @escaping (Result<[SocketAddress], UVError>) -> Void) {
        self.port = port
        self.onEnd = onEnd
    }

    /// Gives up: the caller is told nothing, and what it gave is let go. Harmless when it has ended.
    public func cancel() {
        interest.end()
        onEnd = nil
    }

    /// Tells the caller, unless it has given up.
    func end(_ result: Result<[SocketAddress], UVError>) {
        guard let onEnd = onEnd.take() else { return }
        onEnd(result.map { addresses in addresses.map { $0.with(port: port) } })
    }
}
