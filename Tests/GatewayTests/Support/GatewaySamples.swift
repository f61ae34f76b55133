import HTTP
import HTTPServer
import OpenSSL
import Testing
import UV
import WeChat

@testable import Gateway

/// Apps, users and requests that the gateway's tests share.
enum GatewaySamples {
    static let appID = "wx4f4bc4dec97d474b"
    static let openID = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
    static let sessionKey = "tiihtNczf5v6AKRyjwEUhQ=="

    static func app(_ id: String = appID) throws -> App {
        App(weChat: WeChatApp(id: try #require(AppID(id)), secret: try #require(AppSecret("s3cret"))))
    }

    /// What is remembered of a login.
    static func rememberedLogin(isNew: Bool = false) throws -> RememberedLogin {
        RememberedLogin(
            seed: TokenSeed(
                sessionID: try #require(RandomID("AAECAwQFBgcICQoLDA0ODw")),
                tokenID: try #require(RandomID("EBESExQVFhcYGRobHB0eHw")),
                issuedAt: 0,
                expiresAt: 1_000
            ),
            isNew: isNew
        )
    }

    static func weChatSession(openID: String = openID, sessionKey: String = sessionKey) throws -> WeChatSession {
        WeChatSession(openID: openID, unionID: nil, sessionKey: try #require(SessionKey(sessionKey)))
    }

    static func request(
        _ method: Method = .post,
        _ target: String = "/",
        headers: Headers = Headers(),
        body: String = "",
        ip: String = "192.0.2.1"
    ) throws -> Request {
        try request(method, target, headers: headers, bytes: Array(body.utf8), ip: ip)
    }

    static func request(
        _ method: Method = .post,
        _ target: String = "/",
        headers: Headers = Headers(),
        bytes: [UInt8],
        ip: String = "192.0.2.1"
    ) throws -> Request {
        Request(
            head: try #require(RequestHead(method: method, target: target, headers: headers)),
            body: bytes,
            peer: PeerAddress(ip: ip, port: 4711),
            id: "request-1"
        )
    }
}
