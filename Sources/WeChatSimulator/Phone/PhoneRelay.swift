import FoundationEssentials
import HTTPClient
import UV

/// Hands the simulated mini-program's requests to the gateway, which a page of another origin may not call itself.
///
/// Loop-confined; `close()` it.
final class PhoneRelay {
    /// As WeChat gives a server to itself in `wx.request`, and more than the gateway should ever take.
    private static let timeoutMilliseconds: UInt64 = 10_000
    /// Far above any JSON of the contract.
    private static let replyBytesMax = 65_536
    /// People tap; more than so many at once are a mistake.
    private static let inflightMax = 64
    /// How WeChat on a phone calls itself.
    static let userAgent =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        + "Mobile/15E148 MicroMessenger/8.0.50(0x18003231) NetType/WIFI Language/zh_CN"

    private let gateway: GatewayURL
    private let loop: EventLoop
    /// Made for the first request: most simulators have no phone.
    private var client: CurlClient?

    init(to gateway: GatewayURL, on loop: EventLoop) {
        self.gateway = gateway
        self.loop = loop
    }

    /// Ends the requests under way. On the loop.
    func close() {
        client.take()?.close()
    }

    /// Sends one request and says what came back; on the loop, in a task that prefers it.
    func reply(to request: PhoneRequest) async -> ControlReply {
        var headers: [(name: String, value: String)] = []
        if request.body != nil { headers.append(("Content-Type", "application/json")) }
        if let token = request.token { headers.append(("Authorization", "Bearer \(token)")) }
        let sent = ClientRequest(
            url: SecretURL(gateway.description + request.path),
            headers: headers,
            body: request.body,
            timeoutMilliseconds: Self.timeoutMilliseconds,
            connectTimeoutMilliseconds: Self.timeoutMilliseconds,
            replyBytesMax: Self.replyBytesMax
        )
        do throws(ClientError) {
            return Self.reply(with: try await connectedClient().perform(sent))
        } catch {
            return unreachable(error)
        }
    }

    private func connectedClient() throws(ClientError) -> CurlClient {
        if let client { return client }
        var configuration = ClientConfiguration()
        configuration.userAgent = Self.userAgent
        configuration.inflightMax = Self.inflightMax
        configuration.waitingMax = Self.inflightMax
        let made = try CurlClient(on: loop, configuration: configuration)
        client = made
        return made
    }

    /// The gateway's JSON as it is; what is none is told as text.
    private static func reply(with response: ClientResponse) -> ControlReply {
        ControlReply { json in
            json.member("status", response.status)
            if response.body.isEmpty {
                json.member("data", raw: Array("{}".utf8))
            } else if (try? JSONDecoder().decode(JSONValue.self, from: Data(response.body))) != nil {
                json.member("data", raw: response.body)
            } else {
                json.member("data", raw: problem("not_json", "the gateway's reply is no JSON"))
            }
        }
    }

    private func unreachable(_ error: ClientError) -> ControlReply {
        let detail = "the gateway at \(gateway) does not answer (\(error)); wxsim --gateway says where it is"
        return ControlReply { json in
            json.member("status", 0)
            json.member("data", raw: Self.problem("gateway_unreachable", detail))
        }
    }

    private static func problem(_ error: String, _ detail: String) -> [UInt8] {
        ControlReply(error: error, status: 0, detail: detail).body
    }
}
