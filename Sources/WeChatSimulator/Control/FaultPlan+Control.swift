extension FaultPlan {
    /// As many rules as anybody writes by hand, and more.
    static let rulesMax = 100

    /// Reads a plan of the control API: `latency`, `spikes`, `errcodes`, `faults`, `seed`.
    init(_ object: consuming ControlObject) throws(SimulatorRefusal) {
        latency = try Self.latency("latency", of: &object)
        spikes = try Self.spikes(of: &object)
        rules = []
        for var fault in try object.objects("faults") ?? [] { rules.append(try FaultRule(&fault)) }
        // The shorthand for the most usual rules, {"-1": 0.01}; after the explicit ones, which may be of "the next one".
        if var errcodes = try object.object("errcodes") {
            for (name, rate) in try errcodes.numbersByName(in: 0...1) {
                guard let errcode = Int(name) else { throw .invalid("errcodes.\(name.prefix(64)) is not an errcode") }
                rules.append(FaultRule(.errcode(errcode), rate: rate))
            }
        }
        guard rules.count <= Self.rulesMax else { throw .invalid("more than \(Self.rulesMax) faults") }
        seed = try object.integer("seed", in: 0...Int.max >> 11).map { UInt64($0) }
        try object.finish()
    }

    private static func latency(_ name: String, of object: inout ControlObject) throws(SimulatorRefusal) -> Latency? {
        guard let text = try object.string(name) else { return nil }
        guard let latency = Latency(text) else { throw .invalid("\(name) must be \(Latency.notation)") }
        return latency
    }

    private static func spikes(of object: inout ControlObject) throws(SimulatorRefusal) -> Spikes? {
        guard var spikes = try object.object("spikes") else { return nil }
        let rate = try spikes.number("rate", in: 0...1)
        let latency = try Self.latency("latency", of: &spikes)
        try spikes.finish()
        guard let rate, let latency else { throw .invalid("spikes needs rate and latency") }
        return Spikes(rate: rate, latency: latency)
    }
}

extension FaultRule {
    /// Reads one member of `faults`: `kind`, `rate`, `count`, `path`, `takes_effect` and what the kind needs.
    fileprivate init(_ object: inout ControlObject) throws(SimulatorRefusal) {
        guard let kind = try object.string("kind") else { throw .invalid("each fault needs a kind") }
        let fault: Fault
        switch kind {
        case "errcode":
            guard let errcode = try object.integer("errcode", in: -1...99_999_999) else {
                throw .invalid("a fault of kind errcode needs an errcode")
            }
            fault = .errcode(errcode, errmsg: try object.string("errmsg"))
        case "drip":
            fault = .drip(
                bytes: try object.integer("bytes", in: 1...65_536) ?? 1,
                everyMilliseconds: UInt64(try object.integer("every_ms", in: 1...60_000) ?? 100)
            )
        default:
            guard let named = Fault.named[kind] else {
                let kinds = (Fault.named.keys + ["errcode", "drip"]).sorted().joined(separator: ", ")
                throw .invalid("unknown kind of fault; there are: \(kinds)")
            }
            fault = named
        }
        let rate = try object.number("rate", in: 0...1) ?? 1
        let count = try object.integer("count", in: 0...1_000_000_000)
        let path = try object.string("path")
        let takesEffect = try object.flag("takes_effect")
        if fault.needsReply, takesEffect == false {
            throw .invalid("a fault of kind \(kind) spoils a reply, so the request always takes effect")
        }
        try object.finish()
        self.init(fault, rate: rate, count: count, path: path, takesEffect: takesEffect ?? false)
    }
}
