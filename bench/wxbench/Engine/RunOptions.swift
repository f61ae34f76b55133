/// What all scenarios are told, checked.
struct RunOptions: Sendable {
    var site: TargetURL
    var simulator: TargetURL
    var appid: String
    var connections: Int
    /// Requests a second that are meant to start; nil for a closed loop.
    var rate: Double?
    var arrival: ArrivalPattern
    var warmup: Double
    var duration: Double
    var ramp: Double
    var loops: Int
    var sources: [String]
    var keepsAlive: Bool
    var caFile: String?
    var timeout: UInt64
    var limits: [Limit]
    var jsonPath: String?
    var htmlPath: String?
    /// The gateway's process; nil: look for it.
    var pid: Int32?
    /// What is measured in turns with the gateway; nil for nothing.
    var peer: PeerPlan?
    var isQuiet: Bool
    var seed: UInt64

    /// The plan of a stream that has a share of the connections and of the rate.
    func plan(_ context: PartContext, connections: Int? = nil, rate: Double? = nil) -> StreamPlan {
        var plan = StreamPlan(
            connections: max(1, context.share(of: connections ?? self.connections)),
            ramp: MonotonicClock.nanoseconds(ramp),
            timeout: timeout,
            keepsAlive: keepsAlive
        )
        if let rate = rate ?? self.rate {
            plan.schedule = ArrivalSchedule(
                .constant(rate / Double(loops), ramp: ramp, duration: warmup + duration),
                arrival,
                seed: seed &+ UInt64(context.index)
            )
        }
        return plan
    }

    /// Those that make figures of two runs comparable, as text.
    var described: [String: String] {
        var all = [
            "url": site.description, "connections": String(connections),
            "arrival": rate == nil ? "closed" : arrival.rawValue,
            "warmup": TimeSpan(seconds: warmup).description, "duration": TimeSpan(seconds: duration).description,
            "ramp": TimeSpan(seconds: ramp).description, "loops": String(loops),
            "keep_alive": String(keepsAlive), "timeout": TimeSpan(seconds: MonotonicClock.seconds(timeout)).description,
            "source_addresses": String(sources.count), "seed": String(seed), "appid": appid,
        ]
        if let peer {
            all["peer"] = peer.url.description
            all["rounds"] = String(peer.rounds)
        }
        if let rate { all["rate"] = Figures.short(rate) }
        return all
    }
}
