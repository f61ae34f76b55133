import Testing
import WeChatSimulator

@testable import Gateway

/// Another service of the operator, which gets the default app's access_token from the gateway, over HTTP.
struct TokenService: Sendable {
    static let key = "key-of-a-service-1234"
    private static let path = "/internal/v1/access_token"

    let client: KeepAliveClient

    init(of harness: GatewayHarness) throws {
        client = try KeepAliveClient(port: try #require(harness.gateway.adminPort))
    }

    init(port: UInt16) throws { client = try KeepAliveClient(port: port) }

    /// Adds the operator's listener and this service's key to a configuration.
    static func configure(_ configuration: inout GatewayConfiguration) throws {
        configuration.admin.host = "127.0.0.1"
        configuration.admin.keys = AdminKeys([try AdminKey(name: "service", key: key, scopes: [.accessToken])])
    }

    /// The gateway's own shape.
    func token() throws -> HTTPReply { try client.get(Self.path, token: Self.key) }

    /// WeChat's two shapes.
    func legacyShape() throws -> HTTPReply {
        let query = "grant_type=client_credential&appid=\(DefaultApp.appid)&secret=\(Self.key)"
        return try client.get("/cgi-bin/token?\(query)")
    }

    func stableShape(isForced: Bool = false) throws -> HTTPReply {
        let members = #""grant_type":"client_credential","appid":"\#(DefaultApp.appid)","secret":"\#(Self.key)""#
        return try client.post("/cgi-bin/stable_token", json: "{\(members),\"force_refresh\":\(isForced)}")
    }

    /// All three.
    func inEachShape() throws -> [HTTPReply] { [try token(), try legacyShape(), try stableShape()] }

    /// Says that WeChat called this token dead.
    func invalidate(_ token: String) throws -> HTTPReply {
        sendInvalidate(token)
        return try client.reply()
    }

    /// The same without waiting for the reply.
    func sendInvalidate(_ token: String) {
        client.send(
            "POST",
            "\(Self.path)/invalidate",
            headers: [("Authorization", "Bearer \(Self.key)"), ("Content-Type", "application/json")],
            body: #"{"appid":"\#(DefaultApp.appid)","access_token":"\#(token)"}"#
        )
    }
}

/// Runs a gateway on a clock that the test moves, together with WeChat's, and a service beside it.
func withTokenService(
    _ mode: AccessTokenMode = .stable,
    _ change: @escaping @Sendable (inout HarnessOptions) -> Void = { _ in },
    configure: @escaping @Sendable (inout GatewayConfiguration) -> Void = { _ in },
    clock: ManualClock = ManualClock(),
    _ body: @escaping @Sendable (GatewayHarness, TokenService, _ advance: (Int64) -> Void) throws -> Void
) async throws {
    var template = try GatewayConfiguration.ofTests(bases: [])
    try TokenService.configure(&template)
    let admin = template.admin
    try await withGateway({
        $0.clock = clock.wallClock
        $0.configure = {
            $0.admin = admin
            $0.accessTokens.mode = mode
            // Often, because this clock jumps.
            $0.accessTokens.clockLookMilliseconds = 10
            configure(&$0)
        }
        change(&$0)
    }) { harness in
        try body(harness, try TokenService(of: harness)) { seconds in
            harness.simulator.advanceClock(by: .seconds(seconds))
            clock.advance(milliseconds: seconds * 1_000)
        }
    }
}
