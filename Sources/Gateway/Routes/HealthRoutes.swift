internal import HTTP
internal import HTTPServer

/// `/healthz` (the process is up) and `/readyz` (it takes work), for load balancers (contract section 5).
struct HealthRoutes {
    let readiness: Readiness
    /// Only operators are told why it is not ready.
    let tellsReasons: Bool
    /// WeChat's trouble in words, for operators only; it is no reason to take no work.
    var weChatTroubles: () -> [String] = { [] }

    private static let healthy = {
        var json = JSONObjectWriter()
        json.add("status", "ok")
        return Response.json(json.finish())
    }()

    func health(_ request: Request) -> Response { Self.healthy }

    func ready(_ request: Request) -> Response {
        let reasons = readiness.reasons
        var json = JSONObjectWriter()
        json.add("status", reasons.isEmpty ? "ready" : "not_ready")
        if tellsReasons, !reasons.isEmpty { json.add("reasons", strings: reasons) }
        let troubles = tellsReasons ? weChatTroubles() : []
        if !troubles.isEmpty { json.add("wechat", strings: troubles) }
        return .json(json.finish(), status: reasons.isEmpty ? .ok : .serviceUnavailable)
    }
}
