import Logging
import TestSupport
import Testing

@testable import WeChatSimulator

/// Runs a simulator behind a port while blocking clients talk to it, then proves that its loops closed empty.
func withService(
    _ configuration: SimulatorConfiguration = SimulatorConfiguration(seed: 1),
    loops: Int = 1,
    _ clients: @escaping @Sendable (Simulator, _ port: UInt16) throws -> Void
) async throws {
    let simulator = Simulator(configuration)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let service = try SimulatorService(simulator, loops: loops, logger: logger)
    let port = try await service.start()
    let result = await offPool { Result { try clients(simulator, port) } }
    await service.drain(timeoutMilliseconds: 100)
    let leaks = await offPool { service.join() }
    #expect(leaks.isEmpty)
    try result.get()
}

extension RawClient {
    fileprivate func get(_ code: String, secret: String = DefaultApp.secret) {
        let query = "appid=\(DefaultApp.appid)&secret=\(secret)&js_code=\(code)&grant_type=authorization_code"
        send("GET /sns/jscode2session?\(query) HTTP/1.1\r\nHost: x\r\n\r\n")
    }

    func post(_ path: String, _ body: String) throws -> String {
        send("POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return try readReply()
    }
}

/// What comes after the head.
func body(_ reply: String) -> String {
    reply.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false).last.map(String.init) ?? ""
}

@Suite struct `The simulator over HTTP` {
    @Test func `mints a code, exchanges it once, and keeps the connection`() async throws {
        try await withService { simulator, port in
            let client = try RawClient(port: port)
            let login = try json(Array(body(client.post("/sim/login", #"{"openid":"o1"}"#)).utf8))
            let code = try #require(login["code"] as? String)
            client.get(code)
            let first = try client.readReply()
            #expect(first.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(first.contains("\r\nContent-Type: text/plain\r\n"))
            #expect(try json(Array(body(first).utf8)).keys.sorted() == ["openid", "session_key"])
            client.get(code)
            #expect(try body(client.readReply()).hasPrefix(#"{"errcode":40163,"errmsg":"code been used, rid: "#))
            #expect(simulator.counters.exchanges == 1)
        }
    }

    @Test func `answers 412 without a body to a chunked POST, and 41002 to a form`() async throws {
        try await withService { _, port in
            let client = try RawClient(port: port)
            let path = "/sns/jscode2session"
            client.send(
                "POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nappid\r\n0\r\n\r\n"
            )
            let refusal = try client.readReply()
            #expect(refusal.hasPrefix("HTTP/1.1 412 Precondition Failed\r\n"))
            #expect(refusal.contains("\r\nContent-Length: 0\r\n"))
            #expect(!refusal.contains("Content-Type"))
            #expect(try body(client.post(path, "appid=\(DefaultApp.appid)")).hasPrefix(#"{"errcode":41002,"#))
        }
    }

    @Test func `gives an access_token, and a phone number for it`() async throws {
        try await withService { _, port in
            let client = try RawClient(port: port)
            let minted = try json(Array(body(client.post("/sim/phone_codes", #"{"openid":"o1"}"#)).utf8))
            let code = try #require(minted["code"] as? String)
            let credentials =
                #"{"grant_type":"client_credential","appid":"\#(DefaultApp.appid)","secret":"\#(DefaultApp.secret)"}"#
            let issued = try json(Array(body(client.post("/cgi-bin/stable_token", credentials)).utf8))
            let token = try #require(issued["access_token"] as? String)
            let path = "/wxa/business/getuserphonenumber?access_token=\(token)"
            let number = try client.post(path, #"{"code":"\#(code)","openid":"o1"}"#)
            #expect(number.contains("\r\nContent-Type: application/json; encoding=utf-8\r\n"))
            #expect(body(number).contains(#""purePhoneNumber":"13580006666""#))
            #expect(try body(client.post(path, #"{"code":"\#(code)"}"#)).hasPrefix(#"{"errcode":40029,"#))
            client.send("GET /cgi-bin/stable_token HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try body(client.readReply()).hasPrefix(#"{"errcode":43002,"#))
            client.send("GET /wxa/checksession?access_token=\(token)&openid=o1 HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try body(client.readReply()).hasPrefix(#"{"errcode":87008,"#))
        }
    }

    @Test(arguments: [
        "/cgi-bin/stable_token", "/cgi-bin/openapi/quota/get", "/wxa/getwxacodeunlimit", "/wxa/generate_urllink",
        "/wxa/business/getuserphonenumber",
    ])
    func `answers 412 to a chunked POST of JSON`(path: String) async throws {
        try await withService { _, port in
            let client = try RawClient(port: port)
            client.send("POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")
            #expect(try client.readReply().hasPrefix("HTTP/1.1 412 Precondition Failed\r\n"))
        }
    }

    @Test(arguments: [
        "/cgi-bin/token", "/cgi-bin/stable_token", "/cgi-bin/get_api_domain_ip", "/cgi-bin/openapi/quota/get",
        "/wxa/getwxacodeunlimit", "/wxa/generate_urllink", "/wxa/business/getuserphonenumber", "/wxa/checksession",
    ])
    func `does to every endpoint what a fault says, and counts it`(path: String) async throws {
        try await withService { simulator, port in
            simulator.setFaults(
                FaultPlan(rules: [
                    FaultRule(.errcode(-1), count: 1, path: path), FaultRule(.html502, count: 1, path: path),
                    FaultRule(.reset, count: 1, path: path), FaultRule(.hang, path: path),
                ])
            )
            let client = try RawClient(port: port)
            #expect(try body(client.post(path, "{}")).hasPrefix(#"{"errcode":-1,"errmsg":"system error "#))
            #expect(try client.post(path, "{}").hasPrefix("HTTP/1.1 502 "))
            client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(client.read() == nil)
            let patient = try RawClient(port: port, timeoutSeconds: 1)
            patient.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(patient.read() == nil)
            #expect(simulator.counters.requests[path]?.total == 4)
            #expect(simulator.counters.faults == ["errcode": 1, "html_502": 1, "reset": 1, "hang": 1])
        }
    }

    @Test func `shows access_tokens of the app that the query names`() async throws {
        try await withService { simulator, port in
            try simulator.fetchAsSomeoneElse(.stable)
            let client = try RawClient(port: port)
            client.send("GET /sim/access_tokens?appid=\(DefaultApp.appid) HTTP/1.1\r\nHost: x\r\n\r\n")
            let shown = try json(Array(body(client.readReply()).utf8))
            #expect(shown["appid"] as? String == DefaultApp.appid)
            #expect((shown["stable"] as? [String: Any])?["working"] as? Int == 1)
            client.send("GET /sim/access_tokens?appid=wx HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.readReply().hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test func `is controlled over HTTP, and answers mistakes as JSON`() async throws {
        try await withService { simulator, port in
            let client = try RawClient(port: port)
            let mistake = try client.post("/sim/login", "{")
            #expect(mistake.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(mistake.contains("\r\nContent-Type: application/json\r\n"))
            #expect(body(mistake) == #"{"error":"invalid_request","detail":"the body is not JSON"}"#)
            client.send("PUT /sim/login HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.readReply().contains("\r\nAllow: POST\r\n"))

            #expect(try client.post("/sim/faults", #"{"errcodes":{"-1":1}}"#).hasPrefix("HTTP/1.1 200"))
            client.get("c")
            #expect(try body(client.readReply()).hasPrefix(#"{"errcode":-1,"errmsg":"system error, rid: "#))
            client.send("GET /sim/counters HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try body(client.readReply()).contains(#""faults":{"errcode":1}"#))
        }
    }

    @Test func `mints as many codes as a request may ask for`() async throws {
        try await withService { _, port in
            let reply = try RawClient(port: port).post("/sim/login", #"{"count":10000}"#)
            let codes = try #require(try json(Array(body(reply).utf8))["codes"] as? [[String: String]])
            #expect(codes.count == 10_000)
        }
    }

    @Test func `shares its state over loops`() async throws {
        try await withService(loops: 2) { simulator, port in
            let code = try simulator.mintCode().code
            var granted = 0
            for _ in 0..<16 {
                let client = try RawClient(port: port)
                client.get(code)
                if try body(client.readReply()).contains("openid") { granted += 1 }
            }
            #expect(granted == 1)
            #expect(simulator.counters.requests["/sns/jscode2session"]?.total == 16)
        }
    }

    @Test func `accepts any code when asked to`() async throws {
        try await withService(SimulatorConfiguration(acceptsAnyCode: true)) { _, port in
            let client = try RawClient(port: port)
            client.get("any")
            let first = try body(client.readReply())
            client.get("any")
            #expect(try body(client.readReply()) == first)
            let openid = DerivedIdentity(appid: DefaultApp.appid, name: "any").openid
            #expect(first.hasSuffix(#""openid":"\#(openid)"}"#))
        }
    }

    @Test func `holds a reply back for its latency`() async throws {
        try await withService(SimulatorConfiguration(latency: .fixed(milliseconds: 120))) { _, port in
            let client = try RawClient(port: port)
            let clock = ContinuousClock()
            let time = try clock.measure {
                client.get("c")
                _ = try client.readReply()
            }
            #expect(time >= .milliseconds(115))
        }
    }
}

@Suite struct `A fault over HTTP` {
    private static let usual = #"{"session_key":"tiihtNczf5v6AKRyjwEUhQ==","openid":"o1"}"#

    /// Sends a login that is hit by the fault to a simulator that hits no other.
    private func hit(
        by fault: Fault,
        _ check: @escaping @Sendable (RawClient, Simulator) throws -> Void
    ) async throws {
        try await withService { simulator, port in
            try simulator.updateUser(.openid("o1")) { $0.pin(sessionKey: "tiihtNczf5v6AKRyjwEUhQ==") }
            simulator.setFaults(FaultPlan(rules: [FaultRule(fault, count: 1)]))
            let client = try RawClient(port: port, timeoutSeconds: 5)
            client.get(try simulator.mintCode(user: .openid("o1")).code)
            try check(client, simulator)
            // Whatever was done to that connection, the simulator is well.
            let next = try RawClient(port: port)
            next.get(try simulator.mintCode(user: .openid("o1")).code)
            #expect(try body(next.readReply()) == Self.usual)
        }
    }

    @Test func `close ends the connection without a byte`() async throws {
        try await hit(by: .close) { client, _ in #expect(client.read() == []) }
    }

    @Test func `reset resets the connection`() async throws {
        try await hit(by: .reset) { client, _ in #expect(client.read() == nil) }
    }

    @Test func `hang says nothing until the client leaves`() async throws {
        try await withService { simulator, port in
            simulator.setFaults(FaultPlan(rules: [FaultRule(.hang)]))
            let client = try RawClient(port: port, timeoutSeconds: 1)
            client.get("c")
            #expect(client.read() == nil)
            #expect(simulator.counters.faults == ["hang": 1])
        }
    }

    @Test func `close_idle promises keep-alive and closes`() async throws {
        try await hit(by: .closeIdle) { client, _ in
            let reply = try client.readReply()
            #expect(body(reply) == Self.usual)
            #expect(!reply.contains("Connection: close"))
            #expect(client.read() == [])
        }
    }

    @Test func `half_json promises the whole length and sends half`() async throws {
        try await hit(by: .halfJSON) { client, _ in
            let reply = client.readToEnd()
            #expect(reply.contains("\r\nContent-Length: \(Self.usual.utf8.count)\r\n"))
            #expect(body(reply) == String(Self.usual.prefix(Self.usual.utf8.count / 2)))
        }
    }

    @Test func `drip sends the whole reply in small parts`() async throws {
        try await hit(by: .drip(bytes: 5, everyMilliseconds: 2)) { client, _ in
            var reads = 0
            var all: [UInt8] = []
            while let bytes = client.read(), !bytes.isEmpty {
                all += bytes
                reads += 1
            }
            #expect(body(String(decoding: all, as: UTF8.self)) == Self.usual)
            #expect(reads > 3)
        }
    }

    @Test func `huge_json is more than any client should read`() async throws {
        try await hit(by: .hugeJSON) { client, _ in
            var count = 0
            while count < 2_000_000, let bytes = client.read(), !bytes.isEmpty { count += bytes.count }
            #expect(count >= 2_000_000)
        }
    }

    @Test func `html_502 and empty are HTTP replies, but not JSON`() async throws {
        try await hit(by: .html502) { client, _ in
            let reply = try client.readReply()
            #expect(reply.hasPrefix("HTTP/1.1 502 Bad Gateway\r\n"))
            #expect(reply.contains("\r\nContent-Type: text/html\r\n"))
        }
        try await hit(by: .empty) { client, _ in
            let reply = try client.readReply()
            #expect(reply.contains("\r\nContent-Length: 0\r\n"))
        }
    }
}
