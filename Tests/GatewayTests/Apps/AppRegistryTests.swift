import HTTPServer
import Testing

@testable import Gateway

@Suite struct AppRegistryTests {
    @Test func `the only app need not be named`() throws {
        let registry = AppRegistry([try GatewaySamples.app("wx1")])
        #expect(try registry.app(named: nil).id == "wx1")
        #expect(try registry.app(named: "wx1").id == "wx1")
    }

    @Test func `of several apps one must be named`() throws {
        let registry = AppRegistry([try GatewaySamples.app("wx1"), try GatewaySamples.app("wx2")])
        #expect(try registry.app(named: "wx2").id == "wx2")
        let error = #expect(throws: GatewayError.self) { try registry.app(named: nil) }
        #expect(error?.problem.error == "unknown_app")
        #expect(error?.problem.detail.contains("appid") == true)
    }

    @Test(arguments: ["wx3", "WX1", "wx1 ", ""]) func `another appid is unknown, also when there is only one app`(
        id: String
    ) throws {
        let registry = AppRegistry([try GatewaySamples.app("wx1")])
        let error = #expect(throws: GatewayError.self) { try registry.app(named: id) }
        #expect(error?.problem.error == "unknown_app")
    }

    @Test func `without apps there is none to be meant`() {
        #expect(throws: GatewayError.self) { try AppRegistry([]).app(named: nil) }
    }
}
