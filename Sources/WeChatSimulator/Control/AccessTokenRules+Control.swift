/// The members of `/sim/apps` that are about access_tokens.
extension AccessTokenRules {
    /// Takes the members that were sent; null takes `ip_risk` and `rival_every_s` away.
    mutating func update(from input: inout ControlObject) throws(SimulatorRefusal) {
        if let seconds = try input.integer("token_lifetime_s", in: Self.lifetimeSecondsRange) {
            lifetimeSeconds = seconds
        }
        if let seconds = try input.integer("forced_overlap_s", in: Self.forcedOverlapSecondsRange) {
            forcedOverlapSeconds = seconds
        }
        if let name = try input.string("forced_too_soon") {
            guard let answer = ForcedTooSoon(rawValue: name) else {
                throw .invalid("forced_too_soon must be current or refused")
            }
            forcedTooSoon = answer
        }
        if let limit = try input.integer("token_calls_per_day", in: Self.quotaRange) { legacyPerDayMax = limit }
        if let limit = try input.integer("stable_calls_per_day", in: Self.quotaRange) { stablePerDayMax = limit }
        if let limit = try input.integer("forced_per_day", in: Self.quotaRange) { forcedPerDayMax = limit }
        if input.has("ip_risk") { ipRisk = try Self.ipRisk(from: &input) }
        try updateRival(from: &input)
    }

    private static func ipRisk(from input: inout ControlObject) throws(SimulatorRefusal) -> IPRisk? {
        guard let errcode = try input.integer("ip_risk", in: 89501...89599) else { return nil }
        guard let risk = IPRisk(rawValue: errcode) else { throw .invalid("ip_risk must be 89503, 89506 or 89507") }
        return risk
    }

    private mutating func updateRival(from input: inout ControlObject) throws(SimulatorRefusal) {
        let isNamed = input.has("rival_every_s")
        let every = try input.integer("rival_every_s", in: Self.rivalEverySecondsRange)
        let kind = try AccessTokenKind(input: &input, member: "rival_kind")
        let forces = try input.flag("rival_force")
        if isNamed {
            rival = every.map { Rival(everySeconds: $0, kind: rival?.kind ?? .legacy, forces: rival?.forces ?? false) }
        }
        guard var changed = rival else {
            if kind != nil || forces != nil { throw .invalid("rival_kind and rival_force need rival_every_s") }
            return
        }
        if let kind { changed.kind = kind }
        if let forces { changed.forces = forces }
        guard !changed.forces || changed.kind == .stable else { throw .invalid("only a stable token can be forced") }
        rival = changed
    }

    func writeMembers(to json: inout JSONWriter) {
        json.member("token_lifetime_s", lifetimeSeconds)
        json.member("forced_overlap_s", forcedOverlapSeconds)
        json.member("forced_too_soon", forcedTooSoon.rawValue)
        json.member("token_calls_per_day", legacyPerDayMax)
        json.member("stable_calls_per_day", stablePerDayMax)
        json.member("forced_per_day", forcedPerDayMax)
        if let ipRisk { json.member("ip_risk", ipRisk.rawValue) }
        guard let rival else { return }
        json.member("rival_every_s", rival.everySeconds)
        json.member("rival_kind", rival.kind.rawValue)
        json.member("rival_force", rival.forces)
    }
}

extension AccessTokenKind {
    /// Reads a member; nil where it was not sent.
    init?(input: inout ControlObject, member name: String) throws(SimulatorRefusal) {
        guard let text = try input.string(name) else { return nil }
        guard let kind = AccessTokenKind(rawValue: text) else { throw .invalid("\(name) must be legacy or stable") }
        self = kind
    }
}
