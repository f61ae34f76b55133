import Logging
import Synchronization
import UV

/// A stand-in for the WeChat side: its rules, its errors, its moods, and the means to set them.
///
/// One simulator may serve several loops; any thread may call it. ``SimulatorService`` puts it behind a port, and what is
/// public here does directly what the control API under `/sim/` does by HTTP.
public final class Simulator: Sendable {
    let state: Mutex<SimulatorState>
    let clock = SimulatorClock()
    /// Where the simulated phone finds its server.
    let gateway: GatewayURL

    /// Makes a simulator; without arguments one with the strict `DefaultApp` and no latency.
    public init(_ configuration: SimulatorConfiguration = SimulatorConfiguration()) {
        state = Mutex(SimulatorState(configuration))
        gateway = configuration.gateway
    }

    // MARK: Phone, console, weather and clock

    /// Mints a one-time code, as the phone of the user would on `wx.login`.
    ///
    /// - Parameters:
    ///   - appid: the app that may exchange it; nil for the first one.
    ///   - user: whose code it is.
    public func mintCode(appid: String? = nil, user: UserChoice = .new) throws(SimulatorRefusal) -> MintedCode {
        let now = clock.now
        return try state.withLock { state throws(SimulatorRefusal) in
            try state.mintCode(appid: appid, user: user, at: now)
        }
    }

    /// Mints a code for each of `count` new users, 1 to 10,000 at once.
    public func mintCodes(_ count: Int, appid: String? = nil) throws(SimulatorRefusal) -> [MintedCode] {
        let now = clock.now
        return try state.withLock { state throws(SimulatorRefusal) in
            try state.mintCodes(count, appid: appid, at: now)
        }
    }

    /// Changes a user, who is made first where necessary, and returns the result.
    @discardableResult
    public func updateUser(
        _ user: UserChoice,
        appid: String? = nil,
        _ change: (inout SimulatedUser) -> Void
    ) throws(SimulatorRefusal) -> SimulatedUser {
        try state.withLock { state throws(SimulatorRefusal) in
            try state.update(user, of: state.app(appid), change)
        }
    }

    /// Adds an app, or changes the one with its appid.
    public func putApp(_ app: SimulatedApp) throws(SimulatorRefusal) {
        let now = clock.now
        try state.withLock { state throws(SimulatorRefusal) in try state.put(app, at: now) }
    }

    /// Replaces the fault plan.
    public func setFaults(_ plan: FaultPlan) {
        state.withLock { $0.setFaults(plan) }
    }

    /// Ends all faults; the latency is again the one of the configuration.
    public func clearFaults() {
        setFaults(FaultPlan())
    }

    /// What was counted so far.
    public var counters: SimulatorCounters {
        state.withLock { $0.counters }
    }

    /// Starts all counts at zero again.
    public func resetCounters() {
        state.withLock { $0.resetCounters() }
    }

    /// Pushes the simulator's clock ahead, to age codes and quotas.
    public func advanceClock(by duration: Duration) {
        precondition(duration >= .zero, "time does not go back")
        clock.advance(by: duration)
    }

    // MARK: Requests

    /// Makes what a server of this loop needs to be WeChat; on the loop, one for each, to be closed behind the server.
    func responder(on loop: EventLoop, logger: Logger) -> SimulatorResponder {
        SimulatorResponder(self, on: loop, logger: logger)
    }

    /// Learns where it is found, for the links that it makes.
    func listens(at address: ListenAddress) {
        state.withLock { $0.address = address.description }
    }

    /// Decides what becomes of a request to the WeChat side.
    func plan(_ call: WeChatCall) -> ReplyPlan {
        let now = clock.now
        return state.withLock { $0.plan(call, at: now) }.drawn()
    }

    /// Answers a request to the control API.
    func control(_ method: String, _ path: String, query: String? = nil, body: [UInt8]) -> ControlReply {
        if path == "/sim/phone/read" {
            return ControlEndpoint.readPicture(method, QueryParameters(query), pixels: body)
        }
        if path == "/sim/clock" { return control(clockBy: method, body: body) }
        let now = clock.now
        return state.withLock { ControlEndpoint.answer(method, path, query: query, body: body, at: now, in: &$0) }
    }

    private func control(clockBy method: String, body: [UInt8]) -> ControlReply {
        do throws(SimulatorRefusal) {
            if method == "POST" {
                var input = try ControlObject(body)
                let seconds = try input.number("advance_s", in: 0...SimulatorClock.advanceSecondsMax)
                try input.finish()
                guard let seconds else { throw .invalid("advance_s is missing") }
                clock.advance(by: .milliseconds(Int64(seconds * 1000)))
            } else if method != "GET" {
                return ControlEndpoint.methodNotAllowed("GET, POST")
            }
        } catch {
            return ControlReply(error)
        }
        let now = clock.now
        return ControlReply { $0.member("now", Int(now.seconds)) }
    }
}
