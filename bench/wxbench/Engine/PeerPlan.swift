/// Another server that is measured in turns with the gateway, so that a busy moment of the machine hits both alike.
struct PeerPlan: Equatable, Sendable {
    var url: PeerURL
    var pid: Int32
    /// How often each of the two has its turn.
    var rounds: Int
}

extension Phase {
    /// The names of turns; phases of one name are one row of the result.
    static let run = "run"
    static let peer = "peer"

    /// A warm-up that does not count, and the rest. A ramp belongs to the warm-up, or there is none. With a peer the rest
    /// is divided into turns of equal length.
    static func usual(_ options: RunOptions) -> [Phase] {
        let lead = options.warmup + options.ramp
        let warmup = lead > 0 ? [Phase(name: "warm-up", duration: lead, isMeasured: false)] : []
        guard let peer = options.peer else { return warmup + [Phase(name: run, duration: options.duration)] }
        let turn = options.duration / Double(2 * peer.rounds)
        let round = [Phase(name: run, duration: turn), Phase(name: Self.peer, duration: turn, isMeasured: false)]
        return warmup + (0..<peer.rounds).flatMap { _ in round }
    }

    /// Whether requests to the gateway, or to the peer, start in it: both warm up.
    func isTurn(ofPeer isPeer: Bool) -> Bool { name == Self.peer ? isPeer : !isPeer || !isMeasured }
}
