import HTTPServer
import TestSupport
import Testing
import UV

@testable import Gateway

/// The operator's listener of a running gateway.
@Suite struct AdminListenerTests {
    private func configuration(_ keys: [AdminKey] = []) throws -> GatewayConfiguration {
        var configuration = GatewayConfiguration(
            tokenKeys: [try GatewaySamples.signingKey()],
            dataKeys: [try GatewaySamples.dataKey()]
        )
        configuration.apps = [try GatewaySamples.app()]
        // Nobody listens there: no test asks the real WeChat for a token.
        configuration.upstream.bases = ["http://127.0.0.1:1"]
        configuration.admin.host = "127.0.0.1"
        configuration.admin.keys = AdminKeys(keys)
        return configuration
    }

    private func withGateway(
        _ configuration: GatewayConfiguration,
        _ body: @escaping @Sendable (_ port: UInt16, _ adminPort: UInt16?) throws -> Void
    ) async throws {
        let gateway = try await RunningGateway.start(configuration, logger: LogRecorder().logger())
        let (port, adminPort) = (gateway.port, gateway.adminPort)
        let result = await offPool { Result { try body(port, adminPort) } }
        #expect(await gateway.stop().isEmpty)
        try result.get()
    }

    private static func ask(_ request: String, headers: String = "", at port: UInt16) throws -> String {
        let client = try RawClient(port: port)
        client.send("\(request) HTTP/1.1\r\nHost: h\r\n\(headers)\r\n")
        let reply = try client.readReply()
        let status = reply.split(separator: " ")[1]
        return "\(status) \(reply.split(separator: "\r\n\r\n").dropFirst().joined())"
    }

    @Test(arguments: [1, 2])
    func `health and readiness are on both listeners, everything else on one`(loops: Int) async throws {
        var configuration = try configuration([try AdminKey(name: "ops", key: "ops")])
        configuration.loops = loops
        try await withGateway(configuration) { port, adminPort in
            let adminPort = try #require(adminPort)
            #expect(adminPort != port)
            for port in [port, adminPort] {
                #expect(try Self.ask("GET /healthz", at: port) == #"200 {"status":"ok"}"#)
            }
            #expect(try Self.ask("GET /readyz", at: port) == #"200 {"status":"ready"}"#)
            // Without WeChat there is no access_token, which operators are told, and which is no reason.
            let ready = try Self.ask("GET /readyz", at: adminPort)
            #expect(ready.hasPrefix(#"200 {"status":"ready","wechat":["\#(GatewaySamples.appID): no access_token"#))
            let key = "Authorization: Bearer ops\r\n"
            for path in ["/internal/v1/users/1", "/internal/v1/users?openid=o", "/internal/v1/users/1/sessions"] {
                #expect(try Self.ask("GET \(path)", headers: key, at: adminPort).contains("There is no such user."))
                #expect(try Self.ask("DELETE \(path)", headers: key, at: adminPort).contains("There is no such user."))
                #expect(try Self.ask("DELETE \(path)", at: adminPort).hasPrefix("401"))
                #expect(try Self.ask("GET \(path)", headers: key, at: port).contains("There is nothing at this path."))
                #expect(try Self.ask("POST \(path)", headers: key, at: adminPort).hasPrefix("405"))
            }
            #expect(try Self.ask("GET /api/v1/wx/session", at: adminPort).hasPrefix("404"))
        }
    }

    @Test func `without an address there is none`() async throws {
        var configuration = try configuration()
        configuration.admin.host = nil
        try await withGateway(configuration) { port, adminPort in
            #expect(adminPort == nil)
            let reply = try Self.ask("GET /internal/v1/users/1", at: port)
            #expect(reply.hasPrefix("404"))
        }
    }

    @Test func `a flood of clients does not lock the operator out, nor he them`() async throws {
        var configuration = try configuration()
        configuration.connectionsMax = 1
        configuration.admin.connectionsMax = 1
        try await withGateway(configuration) { port, adminPort in
            let adminPort = try #require(adminPort)
            let client = try RawClient(port: port)
            client.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.readReply().contains(" 200 "))
            #expect(try Self.ask("GET /healthz", at: port).hasPrefix("503"))
            let operatorsClient = try RawClient(port: adminPort)
            operatorsClient.send("GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try operatorsClient.readReply().contains(" 200 "))
            #expect(try Self.ask("GET /healthz", at: adminPort).hasPrefix("503"))
        }
    }

    @Test func `a busy address fails the start and is named, the operator's as the clients'`() async throws {
        let taken = try await RunningGateway.start(try configuration(), logger: LogRecorder().logger())
        let adminPort = try #require(taken.adminPort)
        for isAdmin in [true, false] {
            for busy in [taken.port, adminPort] {
                var configuration = try configuration()
                if isAdmin { configuration.admin.port = busy } else { configuration.server.port = busy }
                let error = await #expect(throws: ListenError.self) {
                    _ = try await RunningGateway.start(configuration, logger: LogRecorder().logger())
                }
                #expect(error?.address == "127.0.0.1:\(busy)")
                #expect(error.map { "\($0)" }?.contains("EADDRINUSE") == true)
            }
        }
        let free = taken.port
        #expect(await taken.stop().isEmpty)
        // One address for both would hand half of the clients to the operator's listener.
        var configuration = try configuration()
        configuration.server.port = free
        configuration.admin.port = free
        let error = await #expect(throws: ListenError.self) {
            _ = try await RunningGateway.start(configuration, logger: LogRecorder().logger())
        }
        #expect(error?.address == "127.0.0.1:\(free)")
    }

    @Test func `an IPv6 address is told in brackets`() {
        #expect(ListenError(host: "::1", port: 9090, reason: UVError(code: -98)).address == "[::1]:9090")
    }
}
