import Foundation
import Glibc
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// The two programs as an operator starts them.
    @Suite struct ExecutableTests {
        @Test(arguments: [SIGTERM, SIGINT])
        func `a login works, and both end in order though a connection is open`(signal: Int32) async throws {
            let result = await offPool {
                Result {
                    let pair = try ProgramPair()
                    let client = try KeepAliveClient(port: pair.gateway.port)
                    let code = try pair.simulator.code()
                    let token = try client.logIn(code).string("token")
                    let session = try client.session(token).status
                    let log = pair.gateway.command.endInOrder(by: signal)
                    withExtendedLifetime(client) {}
                    return (session, log, [code, token], pair.simulator.command.endInOrder(by: signal))
                }
            }
            let (session, log, secrets, _) = try result.get()
            #expect(session == 200)
            #expect(log.contains("stopped"))
            for secret in secrets + [DefaultApp.secret] { #expect(!log.contains(secret)) }
        }

        @Test func `SIGHUP, as of a terminal that closes, ends nothing`() async throws {
            let status = try await offPool {
                Result {
                    let gateway = try GatewayProcess(in: WorkingDirectory(), weChatPort: 1)
                    gateway.command.signal(SIGHUP)
                    let status = try KeepAliveClient(port: gateway.port).session("x").status
                    _ = gateway.command.endInOrder()
                    return status
                }
            }.get()
            #expect(status == 401)
        }

        /// Whoever waits for the port, or for the line in the log, may be faster than the rest of the start.
        @Test func `SIGTERM ends the gateway in order as soon as it listens`() async throws {
            let results = try await offPool {
                Result {
                    try (0..<10).map { _ in
                        let gateway = try GatewayProcess(in: WorkingDirectory(), weChatPort: 1).command
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
                    let pair = try ProgramPair()
                    let control = try KeepAliveClient(port: pair.simulator.port)
                    #expect(try control.post("/sim/faults", json: #"{"latency":"500ms"}"#).status == 200)
                    let client = try KeepAliveClient(port: pair.gateway.port)
                    client.sendLogin(try pair.simulator.code())
                    try waitUntil { try control.get("/sim/counters").text.contains("jscode2session") }
                    pair.gateway.command.signal(SIGTERM)
                    let reply = try client.reply()
                    #expect(pair.gateway.command.finish().status == 0)
                    pair.simulator.command.endInOrder()
                    return reply
                }
            }.get()
            #expect(reply.status == 200)
            #expect(reply["connection"] == "close")
        }

        @Test func `clients cannot take the descriptors that calls of WeChat need`() async throws {
            let reply = try await offPool {
                Result {
                    let pair = try ProgramPair(["WXGATE_MAX_CONNECTIONS": "100000"], descriptors: 400)
                    let client = try KeepAliveClient(port: pair.gateway.port)
                    #expect(try client.get("/healthz").status == 200)
                    let crowd = try ManyConnections(450, port: pair.gateway.port)
                    // Some are turned away only once the others hold all that clients may have.
                    try waitUntil { crowd.turnedAwayCount() >= 50 }
                    client.sendLogin(try pair.simulator.code())
                    let reply = try client.reply()
                    _ = crowd
                    pair.gateway.command.endInOrder()
                    pair.simulator.command.endInOrder()
                    return reply
                }
            }.get()
            #expect(reply.status == 200)
        }

        @Test(arguments: ["WXGATE_LISTEN", "WXGATE_ADMIN_LISTEN"])
        func `a busy port is one clear line that names the variable, and status 69`(_ variable: String) async throws {
            try await withGateway { harness in
                let address = "127.0.0.1:\(harness.port)"
                let directory = try WorkingDirectory()
                let result = try GatewayProcess.start(in: directory, [variable: address]).finish()
                #expect(result.status == 69)
                // Whatever else was told is about keys that were made.
                let lines = (result.output + result.errors).split(separator: "\n").filter { !$0.contains("made a key") }
                #expect(lines.count == 1, "\(lines)")
                #expect(lines.first?.contains(address) == true, "\(lines)")
                #expect(lines.first?.contains("\"\(variable)\"") == true, "\(lines)")
                #expect(try harness.connect().logIn(harness.code()).status == 200)
            }
        }

        @Test func `a busy port is one clear line of the simulator and no status 0`() async throws {
            try await withGateway { harness in
                let address = "127.0.0.1:\(harness.port)"
                let result = try Command(try Command.product("wxsim"), ["--listen", address]).finish()
                #expect(result.status > 0)
                let lines = (result.output + result.errors).split(separator: "\n")
                #expect(lines.count == 1, "\(lines)")
                #expect(lines.first?.contains(address) == true, "\(lines)")
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
