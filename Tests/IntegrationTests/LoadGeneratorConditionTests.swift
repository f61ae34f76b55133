import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// wxbench beside a peer, over https, and ended early.
    @Suite struct LoadGeneratorConditionTests {
        private static let short = ["--duration", "1s", "--warmup", "200ms", "--connections", "8", "--errors", "0%"]

        /// Both programs, to what starts wxbench against them.
        private func withPrograms<Value: Sendable>(
            _ body: @escaping @Sendable (ProgramPair) throws -> Value
        ) async throws -> Value {
            try await offPool {
                Result {
                    let pair = try ProgramPair(simulator: ["--accept-any-code"])
                    let value = try body(pair)
                    pair.gateway.command.endInOrder()
                    pair.simulator.command.endInOrder()
                    return value
                }
            }.get()
        }

        private static func start(_ arguments: [String], _ pair: ProgramPair, url: String? = nil) throws -> Command {
            let url = url ?? "http://127.0.0.1:\(pair.gateway.port)"
            let sim = "http://127.0.0.1:\(pair.simulator.port)"
            return try Command(try Command.product("wxbench"), arguments + ["--url", url, "--sim", sim])
        }

        @Test(arguments: [("exchange", "", "login : proxy hop"), ("session", "/sim/counters", "check : plain GET")])
        func `a peer is measured in turns`(scenario: String, path: String, name: String) async throws {
            let run = try await withPrograms { pair in
                // The upstream itself has the least to do of all that could stand there.
                let peer = "http://127.0.0.1:\(pair.simulator.port)\(path)"
                let pid = String(pair.simulator.command.pid)
                let turns = ["--peer", peer, "--peer-pid", pid, "--rounds", "2"]
                return try Self.start([scenario] + turns + Self.short, pair).finish()
            }
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            for text in [name, "round 2 ", "median ", "peer: \(name.split(separator: " : ")[1])"] {
                #expect(run.output.contains(text), "\(run.output)")
            }
            #expect(!run.output.contains("errors of"), "\(run.output)")
        }

        @Test func `a peer that says something else is noticed`() async throws {
            let run = try await withPrograms { pair in
                let peer = "http://127.0.0.1:\(pair.gateway.port)/nothing"
                let pid = String(pair.gateway.command.pid)
                return try Self.start(
                    ["exchange", "--peer", peer, "--peer-pid", pid, "--rounds", "1"] + Self.short,
                    pair
                ).finish()
            }
            #expect(run.output.contains("errors of proxy hop, peer: 404"), "\(run.output)\(run.errors)")
        }

        @Test func `a signal ends a run early, with its results`() async throws {
            let run = try await withPrograms { pair in
                let command = try Self.start(
                    ["session", "--users", "5", "--duration", "50s", "--warmup", "0", "--errors", "0%"],
                    pair
                )
                _ = try command.read(until: "1 s  run", fromErrors: true)
                command.signal(SIGINT)
                return command.finish()
            }
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.output.contains(", ended early"), "\(run.output)")
            #expect(run.output.contains("gateway (process"), "\(run.output)")
        }

        @Test(arguments: [
            ["exchange"], ["session", "--users", "20"], ["session", "--users", "20", "--no-keep-alive"],
        ])
        func `a gateway behind https is benched like any other`(arguments: [String]) async throws {
            let (run, log) = try await withPrograms { pair in
                let proxy = try TLSProxy(to: pair.gateway.port)
                defer { proxy.stop() }
                let url = "https://127.0.0.1:\(proxy.port)"
                let trusted = arguments + Self.short + ["--ca-file", proxy.authority]
                return (try Self.start(trusted, pair, url: url).finish(), try proxy.connections())
            }
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.output.contains("limit errors 0%: kept"), "\(run.output)")
            // Those who come back resume: a handshake in full for each would measure the proxy's certificate.
            if arguments.contains("--no-keep-alive") {
                let resumed = log.count { $0 == "r" }
                #expect(resumed > log.count / 2, "\(resumed) of \(log.count)")
            }
        }

        @Test func `a certificate that nobody vouches for is no gateway`() async throws {
            let run = try await withPrograms { pair in
                let proxy = try TLSProxy(to: pair.gateway.port)
                defer { proxy.stop() }
                let url = "https://127.0.0.1:\(proxy.port)"
                return try Self.start(["session"] + Self.short, pair, url: url).finish()
            }
            #expect(run.status == 69, "\(run.output)")
            #expect(run.errors.contains("tls_certificate"), "\(run.errors)")
        }
    }
}
