/// The paths under `/sim/`, by which the owner of the simulator plays phone, console, weather and clock.
///
/// Pure like the rules: the state is a parameter, and so is the moment.
enum ControlEndpoint {
    /// Everything that starts like this is the owner's, everything else WeChat's.
    static let prefix = "/sim/"

    /// Answers one request. The clock is not part of the state, so `/sim/clock` is answered by the caller.
    static func answer(
        _ method: String,
        _ path: String,
        query: String? = nil,
        body: [UInt8],
        at now: UnixTime,
        in state: inout SimulatorState
    ) -> ControlReply {
        do throws(SimulatorRefusal) {
            switch (path, method) {
            case ("/sim/login", "POST"): return try login(ControlObject(body), at: now, in: &state)
            case ("/sim/users", "GET"): return try users(QueryParameters(query), in: state)
            case ("/sim/users", "POST"): return try putUser(ControlObject(body), in: &state)
            case ("/sim/wxacodes", "GET"): return try wxaCodes(QueryParameters(query), at: now, in: state)
            case ("/sim/phone_codes", "POST"): return try phoneCode(ControlObject(body), at: now, in: &state)
            case ("/sim/userdata", "POST"): return try userData(ControlObject(body), at: now, in: &state)
            case ("/sim/apps", "POST"): return try putApp(ControlObject(body), at: now, in: &state)
            case ("/sim/access_tokens", "GET"):
                return try accessTokens(QueryParameters(query), at: now, in: &state)
            case ("/sim/access_tokens/fetch", "POST"):
                return try fetchAccessToken(ControlObject(body), at: now, in: &state)
            case ("/sim/access_tokens/expire", "POST"):
                return try expireAccessToken(ControlObject(body), at: now, in: &state)
            case ("/sim/faults", "POST"):
                state.setFaults(try FaultPlan(ControlObject(body)))
                return ControlReply { $0.member("ok", true) }
            case ("/sim/faults", "DELETE"):
                state.setFaults(FaultPlan())
                return ControlReply { $0.member("ok", true) }
            case ("/sim/counters", "GET"):
                return counters(state.counters)
            case ("/sim/counters", "DELETE"), ("/sim/counters/reset", "POST"):
                state.resetCounters()
                return ControlReply { $0.member("ok", true) }
            case ("/sim/login", _), ("/sim/phone_codes", _), ("/sim/userdata", _), ("/sim/apps", _),
                ("/sim/access_tokens/fetch", _), ("/sim/access_tokens/expire", _),
                ("/sim/counters/reset", _):
                return methodNotAllowed("POST")
            case ("/sim/users", _): return methodNotAllowed("GET, POST")
            case ("/sim/access_tokens", _), ("/sim/wxacodes", _): return methodNotAllowed("GET")
            case ("/sim/faults", _): return methodNotAllowed("POST, DELETE")
            case ("/sim/counters", _): return methodNotAllowed("GET, DELETE")
            default:
                if let code = suffix(of: path, after: "/sim/codes/") {
                    guard method == "GET" else { return methodNotAllowed("GET") }
                    return inspect(code, at: now, in: &state)
                }
                if let ticket = suffix(of: path, after: "/sim/links/") {
                    guard method == "GET" else { return methodNotAllowed("GET") }
                    return link(ticket, at: now, in: state)
                }
                return ControlReply(error: "not_found", status: 404, detail: "no such path under /sim/")
            }
        } catch {
            return ControlReply(error)
        }
    }

    static func methodNotAllowed(_ allow: String) -> ControlReply {
        ControlReply(error: "method_not_allowed", status: 405, detail: "use \(allow)", allow: allow)
    }

    private static func suffix(of path: String, after prefix: String) -> String? {
        path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
    }
}
