import UV

/// Connects without TLS.
final class PlainDialer: Dialer {
    private let target: SocketAddress
    private let sources: [SocketAddress]
    private let loop: EventLoop

    /// - Parameter sources: addresses that connections take turns to come from; none: the system's choice.
    init(to target: SocketAddress, from sources: [SocketAddress], on loop: EventLoop) {
        self.target = target
        self.sources = sources
        self.loop = loop
    }

    func dial(_ number: Int, owner: any LinkOwner) -> any Link {
        let source = sources.isEmpty ? nil : sources[number % sources.count]
        return PlainLink(to: target, from: source, owner: owner, on: loop)
    }
}
