/// What the gateway's work costs beside the peer's, round by round.
struct PeerResult: Codable, Equatable, Sendable {
    /// One turn of each.
    struct Round: Codable, Equatable, Sendable {
        /// Of the gateway's process, user and system time.
        var gatewayMicrosecondsPerRequest: Double
        var peerMicrosecondsPerRequest: Double
        /// The first by the second.
        var ratio: Double
        /// When the peer's turn began, since the start of the load, and how long it was.
        var peerStartSeconds: Double
        var peerSeconds: Double
    }

    /// What is compared: `login : proxy hop`.
    var name: String
    var url: String
    var pid: Int32
    /// Those in which both have answered and used time.
    var rounds: [Round]

    var gatewayMedian: Double? { Self.median(rounds.map(\.gatewayMicrosecondsPerRequest)) }
    var peerMedian: Double? { Self.median(rounds.map(\.peerMicrosecondsPerRequest)) }
    /// Of the ratios, not the ratio of the medians: what disturbs a round disturbs both of its turns.
    var medianRatio: Double? { Self.median(rounds.map(\.ratio)) }

    /// For people, with a head.
    var rows: [[String]] {
        let (gateway, peer) = sides
        var rows = [["CPU µs a request", gateway, peer, name]]
        for (index, round) in rounds.enumerated() {
            rows.append(
                Self.row(
                    "round \(index + 1)",
                    round.gatewayMicrosecondsPerRequest,
                    round.peerMicrosecondsPerRequest,
                    round.ratio
                )
            )
        }
        if let gatewayMedian, let peerMedian, let medianRatio {
            rows.append(Self.row("median", gatewayMedian, peerMedian, medianRatio))
        }
        return rows
    }

    private var sides: (String, String) {
        let parts = name.split(separator: " : ", maxSplits: 1).map(String.init)
        return (parts.first ?? "", parts.count > 1 ? parts[1] : "")
    }

    private static func row(_ name: String, _ gateway: Double, _ peer: Double, _ ratio: Double) -> [String] {
        [name, Figures.fixed(gateway, digits: 1), Figures.fixed(peer, digits: 1), Figures.fixed(ratio, digits: 2)]
    }

    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
