import HTTP
import HTTPServer
import Testing

@testable import Gateway

@Suite struct HealthRoutesTests {
    private let readiness = Readiness(users: MemoryUserStore(), sessions: MemorySessionStore())

    private func text(_ response: Response) -> String {
        "\(response.status.code) \(String(decoding: response.body, as: UTF8.self))"
    }

    private func ready(_ routes: HealthRoutes) throws -> String {
        text(routes.ready(try GatewaySamples.request(.get, "/readyz")))
    }

    @Test func `clients are told whether it is ready, and nothing of why`() throws {
        let routes = HealthRoutes(readiness: readiness, tellsReasons: false)
        #expect(try ready(routes) == #"503 {"status":"not_ready"}"#)
        readiness.set(.running)
        #expect(try ready(routes) == #"200 {"status":"ready"}"#)
        readiness.set(.draining)
        #expect(try ready(routes) == #"503 {"status":"not_ready"}"#)
    }

    @Test func `operators are told why`() throws {
        let routes = HealthRoutes(readiness: readiness, tellsReasons: true)
        #expect(try ready(routes) == #"503 {"status":"not_ready","reasons":["starting"]}"#)
        readiness.set(.running)
        #expect(try ready(routes) == #"200 {"status":"ready"}"#)
        readiness.set(.draining)
        #expect(try ready(routes) == #"503 {"status":"not_ready","reasons":["draining"]}"#)
    }

    @Test func `operators are told WeChat's trouble, which makes nothing unready`() throws {
        let routes = HealthRoutes(readiness: readiness, tellsReasons: true) {
            [#"wx1: no access_token: "x""#, "wx2: y"]
        }
        let troubles = #","wechat":["wx1: no access_token: \"x\"","wx2: y"]}"#
        #expect(try ready(routes) == #"503 {"status":"not_ready","reasons":["starting"]\#(troubles)"#)
        readiness.set(.running)
        #expect(try ready(routes) == #"200 {"status":"ready"\#(troubles)"#)
        #expect(try ready(HealthRoutes(readiness: readiness, tellsReasons: true) { [] }) == #"200 {"status":"ready"}"#)
        let clients = HealthRoutes(readiness: readiness, tellsReasons: false) { ["wx1: no access_token"] }
        #expect(try ready(clients) == #"200 {"status":"ready"}"#)
    }

    @Test(arguments: [true, false])
    func `a store in trouble makes it unready on both listeners`(tellsReasons: Bool) throws {
        let readiness = Readiness(users: MemoryUserStore(), sessions: BrokenSessionStore())
        readiness.set(.running)
        let routes = HealthRoutes(readiness: readiness, tellsReasons: tellsReasons)
        let reasons = tellsReasons ? #","reasons":["store: the disk is full"]"# : ""
        #expect(try ready(routes) == #"503 {"status":"not_ready"\#(reasons)}"#)
        readiness.set(.draining)
        #expect(readiness.reasons == ["draining", "store: the disk is full"])
    }

    @Test(arguments: [true, false])
    func `health depends on nothing`(tellsReasons: Bool) throws {
        let readiness = Readiness(users: MemoryUserStore(), sessions: BrokenSessionStore())
        let routes = HealthRoutes(readiness: readiness, tellsReasons: tellsReasons)
        let request = try GatewaySamples.request(.get, "/healthz")
        for phase in [Readiness.Phase.starting, .running, .draining] {
            readiness.set(phase)
            #expect(text(routes.health(request)) == #"200 {"status":"ok"}"#)
        }
    }
}
