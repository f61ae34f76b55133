extension ResultAssembly {
    /// The turns of gateway and peer beside each other; nil without a peer.
    func peer() -> PeerResult? {
        guard let plan = options.peer, let gateway = scenario.kinds.first(where: { !$0.isPeers }),
            let peer = scenario.kinds.first(where: \.isPeers)
        else { return nil }
        var rounds: [PeerResult.Round] = []
        for turn in observer.marks.indices.dropFirst().dropLast() where name(observer.marks[turn]) == Phase.peer {
            let marks = observer.marks
            let (ours, theirs) = (count(turn - 1, ofPeer: false), count(turn, ofPeer: true))
            guard let before = marks[turn - 1].gateway, let after = marks[turn].gateway,
                let peerBefore = marks[turn].peer, let peerAfter = marks[turn + 1].peer, ours > 0, theirs > 0
            else { continue }
            let cost = (after.cpuSeconds - before.cpuSeconds) / Double(ours) * 1e6
            let peerCost = (peerAfter.cpuSeconds - peerBefore.cpuSeconds) / Double(theirs) * 1e6
            guard cost > 0, peerCost > 0 else { continue }
            rounds.append(
                PeerResult.Round(
                    gatewayMicrosecondsPerRequest: cost,
                    peerMicrosecondsPerRequest: peerCost,
                    ratio: cost / peerCost,
                    peerStartSeconds: MonotonicClock.seconds(
                        marks[turn].moment - (observer.timeline?.start ?? marks[turn].moment)
                    ),
                    peerSeconds: seconds(turn)
                )
            )
        }
        return PeerResult(
            name: "\(gateway.name) : \(peer.name)",
            url: plan.url.description,
            pid: plan.pid,
            rounds: rounds
        )
    }
}
