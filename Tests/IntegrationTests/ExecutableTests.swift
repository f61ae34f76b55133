import Foundation
import Glibc
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// The two programs as an operator starts them.
    @Suite struct ExecutableTests {
        /// A simulator and a gateway in processes of their own, on free ports.
        private struct Pair {
            let simulator: Command
            let simulatorPort: UInt16
            let gateway: Command
            let gatewayPort: UInt16

            init(_ environment: [String: String] = [:], descriptors: Int? = nil) throws {
                simulator = try Command(try Command.product("wxsim"), ["--listen", "127.0.0.1:0"])
                simulatorPort = try Pair.port(in: simulator.read(until: "\n"), after: "127.0.0.1:")
                var all = Pair.environment(weChatPort: simulatorPort)
                all.merge(environment) { $1 }
                let product = try Command.product("wxgate")
                gateway =
                    if let descriptors {
                        try Command("/bin/sh", ["-c", "ulimit -n \(descriptors); exec '\(product)'"], environment: all)
                    } else {
                        try Command(product, [], environment: all)
                    }
                let log = try gateway.read(until: "listening", fromErrors: true)
                gatewayPort = try Pair.port(in: log, after: "127.0.0.1:")
            }

            static func environment(weChatPort: UInt16) -> [String: String] {
                [
                    "PATH": "/usr/bin:/bin", "WXGATE_LISTEN": "127.0.0.1:0", "WXGATE_LOOPS": "2",
                    "WXGATE_APPID": DefaultApp.appid, "WXGATE_SECRET": DefaultApp.secret,
                    "WXGATE_WECHAT_URLS": "http://127.0.0.1:\(weChatPort)", "WXGATE_LOG_FORMAT": "json",
                    "WXGATE_LOG_LEVEL": "trace",
                    // Above what a machine allows there would be a warning about it.
                    "WXGATE_MAX_CONNECTIONS": "200",
                ]
            }

            private static func port(in text: String, after mark: String) throws -> UInt16 {
                let rest = try #require(text.components(separatedBy: mark).last)
                return try #require(UInt16(rest.prefix { $0.isNumber }))
            }

            func code() throws -> String {
                try KeepAliveClient(port: simulatorPort).post("/sim/login", json: "{}").string("code")
            }
        }

        /// Ends a program by its signal and expects that it went in order; what it wrote to standard error.
        @discardableResult
        private static func stop(_ command: Command, _ name: String, by number: Int32 = SIGTERM) -> String {
            command.signal(number)
            let result = command.finish()
            #expect(result.status == 0, "\(name): \(result.errors)")
            return result.errors
        }

        @Test(arguments: [SIGTERM, SIGINT])
        func `a login works, and both end in order though a connection is open`(signal: Int32) async throws {
            let result = await offPool {
                Result {
                    let pair = try Pair()
                    let client = try KeepAliveClient(port: pair.gatewayPort)
                    let code = try pair.code()
                    let token = try client.logIn(code).string("token")
                    let session = try client.session(token).status
                    let log = Self.stop(pair.gateway, "wxgate", by: signal)
                    withExtendedLifetime(client) {}
                    return (session, log, [code, token], Self.stop(pair.simulator, "wxsim", by: signal))
                }
            }
            let (session, log, secrets, _) = try result.get()
            #expect(session == 200)
            #expect(log.contains("stopped"))
            for secret in secrets + [DefaultApp.secret] { #expect(!log.contains(secret)) }
        }

        /// Whoever waits for the port, or for the line in the log, may be faster than the rest of the start.
        @Test func `SIGTERM ends the gateway in order as soon as it listens`() async throws {
            let environment = Pair.environment(weChatPort: 1)
            let results = try await offPool {
                Result {
                    try (0..<10).map { _ in
                        let gateway = try Command(try Command.product("wxgate"), [], environment: environment)
                        _ = try gateway.read(until: "listening", fromErrors: true)
                        gateway.signal(SIGTERM)
                        return gateway.finish()
                    }
                }
            }.get()
            for result in results { #expect(result.status == 0, "\(result.errors)") }
        }

        @Test func `SIGTERM lets the login that is under way end`() async throws {
            let reply = try await offPool {
                Result {
                    let pair = try Pair()
                    let control = try KeepAliveClient(port: pair.simulatorPort)
                    #expect(try control.post("/sim/faults", json: #"{"latency":"500ms"}"#).status == 200)
                    let client = try KeepAliveClient(port: pair.gatewayPort)
                    client.sendLogin(try pair.code())
                    try waitUntil { try control.get("/sim/counters").text.contains("jscode2session") }
                    pair.gateway.signal(SIGTERM)
                    let reply = try client.reply()
                    #expect(pair.gateway.finish().status == 0)
                    Self.stop(pair.simulator, "wxsim")
                    return reply
                }
            }.get()
            #expect(reply.status == 200)
            #expect(reply["connection"] == "close")
        }

        @Test func `clients cannot take the descriptors that calls of WeChat need`() async throws {
            let reply = try await offPool {
                Result {
                    let pair = try Pair(["WXGATE_MAX_CONNECTIONS": "100000"], descriptors: 400)
                    let client = try KeepAliveClient(port: pair.gatewayPort)
                    #expect(try client.get("/healthz").status == 200)
                    let crowd = try ManyConnections(450, port: pair.gatewayPort)
                    // Some are turned away only once the others hold all that clients may have.
                    try waitUntil { crowd.turnedAwayCount() >= 50 }
                    client.sendLogin(try pair.code())
                    let reply = try client.reply()
                    _ = crowd
                    Self.stop(pair.gateway, "wxgate")
                    Self.stop(pair.simulator, "wxsim")
                    return reply
                }
            }.get()
            #expect(reply.status == 200)
        }

        @Test func `a busy port is one clear line and no status 0, for both`() async throws {
            try await withGateway { harness in
                let address = "127.0.0.1:\(harness.port)"
                let simulator = try Command(try Command.product("wxsim"), ["--listen", address]).finish()
                var environment = Pair.environment(weChatPort: 1)
                environment["WXGATE_LISTEN"] = address
                let gateway = try Command(try Command.product("wxgate"), [], environment: environment).finish()
                for result in [simulator, gateway] {
                    #expect(result.status > 0)
                    let lines = (result.output + result.errors).split(separator: "\n")
                    #expect(lines.count == 1, "\(lines)")
                    #expect(lines.first?.contains(address) == true, "\(lines)")
                }
                #expect(try harness.connect().logIn(harness.code()).status == 200)
            }
        }

        @Test func `missing and wrong settings are told all at once, with status 78`() async throws {
            let wrong = ["WXGATE_LISTEN": "nonsense", "WXGATE_LOOPS": "0", "WXGATE_SECRET": "s3cr3t value"]
            let results = try await offPool {
                Result {
                    try [[:], wrong].map {
                        try Command(try Command.product("wxgate"), [], environment: $0).finish()
                    }
                }
            }.get()
            #expect(results.map(\.status) == [78, 78])
            #expect(results[0].errors.contains("WXGATE_APPID") && results[0].errors.contains("WXGATE_SECRET"))
            for name in ["WXGATE_APPID", "WXGATE_LISTEN", "WXGATE_LOOPS"] { #expect(results[1].errors.contains(name)) }
            #expect(!results[1].errors.contains("s3cr3t"))
        }
    }
}
