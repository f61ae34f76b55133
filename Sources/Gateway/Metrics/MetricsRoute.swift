internal import HTTPServer

/// `GET /metrics`: Prometheus' text format (contract section 5).
struct MetricsRoute {
    let metrics: GatewayMetrics

    func text(_ request: Request) -> Response {
        Response(
            headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), ("Cache-Control", "no-store")],
            body: metrics.text()
        )
    }
}
