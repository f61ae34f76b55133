import HTTP

/// wxsim's control API, as far as load tests need it. On the main loop.
final class SimulatorControl {
    private let caller: Caller

    init(_ caller: Caller) { self.caller = caller }

    /// From now on exchanges of codes get no reply.
    func hangLogins() async throws(BenchError) {
        try await must(.post, "/sim/faults", #"{"faults":[{"kind":"hang","path":"/sns/jscode2session"}]}"#)
    }

    /// Nothing goes wrong any more.
    func recover() async throws(BenchError) { try await must(.delete, "/sim/faults", nil) }

    /// Whether it answers at all.
    func isThere() async -> Bool {
        if case .reply(let reply) = await caller.call(.get, "/sim/counters") { return reply.status == .ok }
        return false
    }

    func close() { caller.close() }

    private func must(_ method: HTTP.Method, _ target: String, _ json: String?) async throws(BenchError) {
        switch await caller.call(method, target, json: json) {
        case .reply(let reply) where reply.status == .ok: return
        case .reply(let reply): throw .setUp("the simulator answers \(reply.status) to \(target)")
        case .lost(let reason): throw .setUp("the simulator does not answer: \(reason)")
        }
    }
}
