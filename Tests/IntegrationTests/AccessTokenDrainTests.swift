import Gateway
import OpenSSL
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// What a stop leaves to services that wait for an access_token.
    @Suite struct AccessTokenDrainTests {
        @Test func `a service that waits for a token when the gateway stops still gets it`() async throws {
            let key = "key-of-a-service-1234"
            let keys = AdminKeys([try AdminKey(name: "service", key: key)])
            try await withGateway({
                // Longer than operators' calls have in any case.
                $0.latency = .fixed(milliseconds: 1_200)
                $0.isTokenAwaited = false
                $0.configure = {
                    $0.admin.host = "127.0.0.1"
                    $0.admin.keys = keys
                }
            }) { harness in
                let admin = try KeepAliveClient(port: try #require(harness.gateway.adminPort))
                admin.send("GET", "/internal/v1/access_token", headers: [("Authorization", "Bearer \(key)")])
                try waitUntil { harness.requests(TokenPath.stable) == 1 }
                // The gateway asks of itself, too: its call says nothing of the service's.
                try harness.settle(by: try harness.connect())
                harness.beginStop()
                #expect(try admin.reply().status == 200)
            }
        }
    }
}
