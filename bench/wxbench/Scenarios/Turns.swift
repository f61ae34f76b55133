/// The streams of a scenario that may be measured in turns with a peer.
enum Turns {
    /// - Parameters:
    ///   - workload: what the gateway is asked.
    ///   - kind: the peer's place in the scenario's kinds.
    ///   - work: what the peer is asked, where there is one.
    static func streams(
        _ workload: any Workload,
        peerKind kind: Int,
        _ work: PeerWorkload.Work,
        _ timeline: Timeline,
        _ context: PartContext
    ) -> [any Load] {
        let options = context.options
        let plan = options.plan(context)
        func stream(_ workload: any Workload, _ dialer: any Dialer) -> LoadStream {
            LoadStream(workload, plan, dialer: dialer, recorder: context.recorder, on: context.loop)
        }
        guard let peer = options.peer, let dialer = context.peer else { return [stream(workload, context.dialer)] }
        let peers = PeerWorkload(work, kind: kind, peer.url, options)
        return [
            stream(TurnWorkload(workload, ofPeer: false, on: timeline), context.dialer),
            stream(TurnWorkload(peers, ofPeer: true, on: timeline), dialer),
        ]
    }
}
