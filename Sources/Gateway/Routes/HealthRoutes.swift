internal import HTTP
internal import HTTPServer

/// `/healthz` (the process is up) and `/readyz` (it takes work), for load balancers (contract section 5).
struct HealthRoutes {
    let readiness: Readiness

    func health(_ request: Request) -> Response {
        .json(HealthRoutes.status("ok"))
    }

    func ready(_ request: Request) -> Response {
        readiness.isReady
            ? .json(HealthRoutes.status("ready")) : .json(HealthRoutes.status("not_ready"), status: .serviceUnavailable)
    }

    private static func status(_ text: String) -> [UInt8] {
        var json = JSONObjectWriter()
        json.add("status", text)
        return json.finish()
    }
}
