import HTTP
import HTTPServer
import Testing

@testable import Gateway

@Suite struct HealthRoutesTests {
    private func text(_ response: Response) -> String {
        "\(response.status.code) \(String(decoding: response.body, as: UTF8.self))"
    }

    @Test func `health never depends on readiness, readiness on nothing else`() throws {
        let readiness = Readiness()
        let routes = HealthRoutes(readiness: readiness)
        let request = try GatewaySamples.request(.get, "/healthz")
        #expect(text(routes.health(request)) == #"200 {"status":"ok"}"#)
        #expect(text(routes.ready(request)) == #"503 {"status":"not_ready"}"#)
        readiness.set(true)
        #expect(text(routes.ready(request)) == #"200 {"status":"ready"}"#)
        readiness.set(false)
        #expect(text(routes.ready(request)) == #"503 {"status":"not_ready"}"#)
        #expect(text(routes.health(request)) == #"200 {"status":"ok"}"#)
    }
}
