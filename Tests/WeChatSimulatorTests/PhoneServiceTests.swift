import HTTP
import HTTPServer
import Logging
import TestSupport
import Testing
import UV

@testable import WeChatSimulator

/// A gateway that tells what it was asked, and answers as its path says.
private final class TellingGateway: Responder {
    func respond(to request: Request, with writer: consuming ResponseWriter) async {
        switch request.path {
        case "/api/v1/nothing": writer.send(.empty(.noContent))
        case "/api/v1/page": writer.send(.text("<p>no JSON</p>"))
        case "/api/v1/refused":
            writer.send(.json(Array(#"{"error":"qr_expired","detail":"gone"}"#.utf8), status: Status(code: 410)))
        case "/api/v1/large": writer.send(.json(Array(repeating: 0x20, count: 70_000)))
        case "/api/v1/lost": writer.close()
        default: writer.send(.json(Self.told(request)))
        }
    }

    private static func told(_ request: Request) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("method", request.method.rawValue)
        json.member("target", request.head.target)
        json.member("body", String(decoding: request.body, as: UTF8.self))
        for name in ["Authorization", "Content-Type", "User-Agent", "Origin"] {
            json.member(name, request.headers.first(name))
        }
        json.endObject()
        return json.bytes
    }
}

/// Takes connections, and says nothing.
private final class SilentGateway {
    private final class Connections {
        var all: [TCPConnection] = []
    }

    let port: UInt16
    private let listener: TCPListener
    private let connections: Connections

    init(on loop: EventLoop) throws {
        let connections = Connections()
        self.connections = connections
        listener = try TCPListener(on: loop, host: "127.0.0.1", port: 0, backlog: 4) { connections.all.append($0) }
        port = listener.port
    }

    func close() {
        listener.close()
        for connection in connections.all { connection.close() }
    }
}

/// Runs clients against a simulator whose phone talks to a telling gateway.
private func withPhone(_ clients: @escaping @Sendable (_ port: UInt16) throws -> Void) async throws {
    let thread = try EventLoopThread(name: "test-gateway")
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let quiet = logger
    let (server, gatewayPort) = try await thread.actor.run { actor in
        let server = Server(
            on: actor.loop,
            configuration: ServerConfiguration(),
            responder: TellingGateway(),
            limit: ConnectionLimit(maximum: 16),
            logger: quiet
        )
        let port = try server.start()
        return (LoopBound(server, on: actor.loop), port)
    }
    let gateway = try #require(GatewayURL("http://127.0.0.1:\(gatewayPort)"))
    let result: Result<Void, any Error>
    do {
        try await withService(SimulatorConfiguration(seed: 1, gateway: gateway)) { _, port in try clients(port) }
        result = .success(())
    } catch {
        result = .failure(error)
    }
    await thread.actor.run { _ in server.value.close() }
    let leaks = await joined(thread)
    #expect(leaks.isEmpty)
    try result.get()
}

@Suite struct `The phone's requests over HTTP` {
    private static func ask(_ port: UInt16, _ body: String) throws -> [String: Any] {
        let reply = try RawClient(port: port).post("/sim/phone/request", body)
        #expect(reply.hasPrefix("HTTP/1.1 200 "))
        return try json(Array(WeChatSimulatorTests.body(reply).utf8))
    }

    @Test func `reach the gateway as WeChat's would`() async throws {
        try await withPhone { port in
            let answer = try Self.ask(
                port,
                #"{"method":"POST","path":"/api/v1/qr/scan?x=1","token":"t0","data":{"scene":"a"}}"#
            )
            #expect(answer["status"] as? Int == 200)
            let told = try #require(answer["data"] as? [String: String])
            #expect(told["method"] == "POST")
            #expect(told["target"] == "/api/v1/qr/scan?x=1")
            #expect(told["body"] == #"{"scene":"a"}"#)
            #expect(told["Authorization"] == "Bearer t0")
            #expect(told["Content-Type"] == "application/json")
            #expect(told["User-Agent"]?.contains(" MicroMessenger/") == true)
            #expect(told["Origin"] == nil)
            let get = try #require(try Self.ask(port, #"{"path":"/api/v1/wx/session"}"#)["data"] as? [String: String])
            #expect(get["method"] == "GET")
            #expect(get["Authorization"] == nil)
        }
    }

    @Test func `tell the gateway's status and JSON, whatever they are`() async throws {
        try await withPhone { port in
            let refused = try Self.ask(port, #"{"path":"/api/v1/refused"}"#)
            #expect(refused["status"] as? Int == 410)
            #expect((refused["data"] as? [String: String])?["error"] == "qr_expired")
            let nothing = try Self.ask(port, #"{"path":"/api/v1/nothing"}"#)
            #expect(nothing["status"] as? Int == 204)
            #expect((nothing["data"] as? [String: Any])?.isEmpty == true)
            let page = try Self.ask(port, #"{"path":"/api/v1/page"}"#)
            #expect((page["data"] as? [String: String])?["error"] == "not_json")
        }
    }

    @Test(arguments: ["lost", "large"])
    func `tell that there was no reply`(path: String) async throws {
        try await withPhone { port in
            let answer = try Self.ask(port, #"{"path":"/api/v1/\#(path)"}"#)
            #expect(answer["status"] as? Int == 0)
            #expect((answer["data"] as? [String: String])?["error"] == "gateway_unreachable")
        }
    }

    @Test func `tell that there is no gateway, and where it should be`() async throws {
        // Whoever had the port has closed it.
        let taken = try await withLoop { actor in
            let listener = try TCPListener(on: actor.loop, host: "127.0.0.1", port: 0, backlog: 1) { $0.close() }
            defer { listener.close() }
            return listener.port
        }
        let gateway = try #require(GatewayURL("http://127.0.0.1:\(taken)"))
        try await withService(SimulatorConfiguration(gateway: gateway)) { _, port in
            let answer = try Self.ask(port, #"{"path":"/api/v1/wx/session"}"#)
            #expect(answer["status"] as? Int == 0)
            let data = try #require(answer["data"] as? [String: String])
            #expect(data["error"] == "gateway_unreachable")
            #expect(data["detail"]?.hasPrefix("the gateway at http://127.0.0.1:\(taken) does not answer") == true)
        }
    }

    @Test func `go nowhere else`() async throws {
        try await withPhone { port in
            let client = try RawClient(port: port)
            let refused = try client.post("/sim/phone/request", #"{"path":"/healthz"}"#)
            #expect(refused.hasPrefix("HTTP/1.1 400 "))
            #expect(body(refused) == #"{"error":"invalid_request","detail":"path must begin with /api/v1/"}"#)
            client.send("GET /sim/phone/request HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.readReply().contains("\r\nAllow: POST\r\n"))
        }
    }

    @Test(arguments: [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)])
    func `are not for the pages of others`(site: String, status: Int) async throws {
        try await withPhone { port in
            let client = try RawClient(port: port)
            let asked = #"{"path":"/api/v1/wx/session"}"#
            client.send(
                "POST /sim/phone/request HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: \(site)\r\n"
                    + "Content-Length: \(asked.utf8.count)\r\n\r\n\(asked)"
            )
            #expect(try client.readReply().hasPrefix("HTTP/1.1 \(status) "))
        }
    }

    @Test func `do not keep the simulator from ending`() async throws {
        let thread = try EventLoopThread(name: "test-silent")
        let (silent, silentPort) = try await thread.actor.run { actor in
            let gateway = try SilentGateway(on: actor.loop)
            return (LoopBound(gateway, on: actor.loop), gateway.port)
        }
        let gateway = try #require(GatewayURL("http://127.0.0.1:\(silentPort)"))
        // Proves also that nothing of the relay is left on the loop.
        try await withService(SimulatorConfiguration(gateway: gateway)) { _, port in
            let client = try RawClient(port: port, timeoutSeconds: 1)
            let body = #"{"path":"/api/v1/wx/session"}"#
            client.send("POST /sim/phone/request HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n")
            client.send(body)
            #expect(client.read() == nil)
        }
        await thread.actor.run { _ in silent.value.close() }
        #expect(await joined(thread).isEmpty)
    }
}

@Suite struct `The phone's page` {
    @Test(arguments: [
        ("/phone", "text/html; charset=utf-8", "<!doctype html>"),
        ("/phone?link=x", "text/html; charset=utf-8", "<!doctype"),
        ("/phone.js", "text/javascript; charset=utf-8", "import"),
        ("/phone-session.js", "text/javascript; charset=utf-8", "/sim/phone/request"),
        ("/phone-texts.js", "text/javascript; charset=utf-8", "模拟手机"),
        ("/phone.css", "text/css; charset=utf-8", "prefers-color-scheme: dark"),
    ])
    func `is served without inline code`(path: String, type: String, part: String) async throws {
        try await withService { simulator, port in
            let client = try RawClient(port: port)
            client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            let reply = try client.readReply()
            #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(reply.contains("\r\nContent-Type: \(type)\r\n"))
            #expect(
                reply.contains(
                    "\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
                        + "img-src 'self' data: blob: https:; connect-src 'self'; "
                )
            )
            #expect(body(reply).contains(part))
            for inline in ["<style", " style=", " onclick=", "javascript:", "eval("] {
                #expect(!body(reply).contains(inline))
            }
            // Nothing of it is a call of WeChat's.
            #expect(simulator.counters.requests.isEmpty)
        }
    }

    @Test(arguments: [
        #"id="phone" data-state="idle""#, #"<select id="user">"#, #"<input id="new-user""#, #"<button id="add-user""#,
        #"<ul id="codes">"#, #"<input id="picture" type="file""#, #"<select id="launch-scene">"#, #"id="context""#,
        #"<button id="confirm""#, #"<button id="cancel""#, #"id="result""#,
    ])
    func `has the names that browser tests hold on to`(part: String) {
        #expect(String(decoding: PackageResources.phone_html, as: UTF8.self).contains(part))
    }

    @Test func `has a word in each language for each place`() throws {
        let texts = String(decoding: PackageResources.phone_texts_js, as: UTF8.self)
        let page = String(decoding: PackageResources.phone_html, as: UTF8.self)
        let names = page.split(separator: "data-text=\"").dropFirst().compactMap { $0.split(separator: "\"").first }
        #expect(names.count > 20)
        for name in names { #expect(texts.split(separator: " \(name): ").count == 3, "\(name)") }
    }

    @Test func `takes GET and HEAD only`() async throws {
        try await withService { _, port in
            let client = try RawClient(port: port)
            #expect(try client.post("/phone", "{}").contains("\r\nAllow: GET, HEAD\r\n"))
            let head = try RawClient(port: port)
            head.send("HEAD /phone HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let reply = head.readToEnd()
            #expect(reply.contains("\r\nContent-Length: \(PackageResources.phone_html.count)\r\n"))
            #expect(body(reply).isEmpty)
        }
    }
}

@Suite struct `A link over HTTP` {
    @Test func `leads to the page of the simulator that was asked, whatever its port`() async throws {
        try await withService { simulator, port in
            guard case .granted(let token, _) = try simulator.fetchAsSomeoneElse(.stable) else {
                Issue.record("no token")
                return
            }
            let body = #"{"expire_type":1,"expire_interval":1}"#
            func link(host: String) throws -> String? {
                let client = try RawClient(port: port)
                client.send(
                    "POST /wxa/generate_urllink?access_token=\(token) HTTP/1.1\r\nHost: \(host)\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
                return try json(Array(WeChatSimulatorTests.body(client.readReply()).utf8))["url_link"] as? String
            }
            #expect(try link(host: "sim.example:81")?.hasPrefix("http://sim.example:81/phone?link=") == true)
            #expect(try link(host: "sim.example")?.hasPrefix("http://127.0.0.1:\(port)/phone?link=") == true)
        }
    }
}
