import ArgumentParser

/// Another server to measure in turns with the gateway.
struct PeerOptions: ParsableArguments {
    @Option(
        help: """
            Another server, measured in turns with the gateway, such as nginx that passes the same call on to WeChat; \
            half of --duration is its own.
            """,
        transform: PeerOptions.url
    )
    var peer: PeerURL?

    @Option(help: "The peer's process (of nginx: the worker), for its CPU time.")
    var peerPid: Int32?

    @Option(help: "How often gateway and peer take turns, 1 to 100.")
    var rounds = 5

    static func url(_ text: String) throws -> PeerURL {
        guard let url = PeerURL(text) else {
            throw ValidationError(
                "must be http:// or https://, a host, a port and a path, such as http://127.0.0.1:81/plain"
            )
        }
        return url
    }

    func validate() throws {
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds must be 1 to 100") }
        guard (peer == nil) == (peerPid == nil) else { throw ValidationError("--peer and --peer-pid need each other") }
    }

    /// Turns are for closed loops: a request that is due in the peer's turn would have to wait.
    func check(_ common: CommonOptions) throws {
        guard peer == nil || common.rate == nil else { throw ValidationError("--peer and --rate exclude each other") }
    }

    /// What they come to; nil without a peer.
    var plan: PeerPlan? {
        guard let peer, let peerPid else { return nil }
        return PeerPlan(url: peer, pid: peerPid, rounds: rounds)
    }
}
