import Foundation
import Glibc
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// wxbench as a load tester starts it, for about a second each.
    @Suite struct LoadGeneratorTests {
        private static let short = ["--duration", "1s", "--warmup", "200ms", "--connections", "8", "--errors", "0%"]

        private struct Run: Sendable {
            let status: Int32
            let output: String
            let errors: String
        }

        private static func wxbench(_ arguments: [String]) throws -> Run {
            let result = try Command(try Command.product("wxbench"), arguments).finish()
            return Run(status: result.status, output: result.output, errors: result.errors)
        }

        /// Runs it against both programs.
        private func run(_ arguments: [String], simulator: [String] = ["--accept-any-code"]) async throws -> Run {
            try await offPool {
                Result {
                    let pair = try ProgramPair(["WXGATE_RATE_QR_PER_IP": "0"], simulator: simulator)
                    let run = try Self.wxbench(
                        arguments + ["--url", "http://127.0.0.1:\(pair.gateway.port)"]
                            + ["--sim", "http://127.0.0.1:\(pair.simulator.port)"]
                    )
                    pair.gateway.command.endInOrder()
                    pair.simulator.command.endInOrder()
                    return run
                }
            }.get()
        }

        @Test(arguments: [
            ["exchange"], ["exchange", "--users", "20"], ["exchange", "--rate", "200", "--arrival", "poisson"],
            ["session", "--users", "20"], ["session", "--users", "20", "--no-keep-alive"],
            ["auth-check", "--users", "20", "--loops", "2"], ["qr-wake", "--rate", "20", "--polls", "20"],
        ])
        func `each scenario finds nothing wrong`(arguments: [String]) async throws {
            let run = try await run(arguments + Self.short)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.output.contains("limit errors 0%: kept"), "\(run.output)")
            #expect(run.output.contains("gateway (process"), "\(run.output)")
        }

        @Test func `minted codes are exchanged for their users`() async throws {
            let run = try await run(["exchange", "--codes", "minted", "--rate", "100"] + Self.short, simulator: [])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
        }

        @Test func `polls are held, and their memory is told`() async throws {
            let run = try await run(["qr-hold", "--polls", "50", "--duration", "1s", "--errors", "0%"])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.output.contains("resident a parked poll"), "\(run.output)")
        }

        @Test func `after a storm all clients are well again`() async throws {
            let run = try await run(["storm", "--clients", "50", "--duration", "10s", "--errors", "0%"])
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            #expect(run.output.contains("clients that are well again: 50\n"), "\(run.output)")
        }

        @Test func `an outage is told by its phases, and WeChat is back afterwards`() async throws {
            let run = try await run(
                ["outage", "--users", "20", "--rate", "200", "--login-rate", "20", "--duration", "3s", "--warmup", "0"]
            )
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            for row in ["before: check", "during: check", "after: check", "after: login"] {
                #expect(run.output.contains(row), "\(run.output)")
            }
            #expect(run.output.contains("first login after WeChat's return"), "\(run.output)")
        }

        @Test func `a missed limit is named, and is status 1`() async throws {
            let run = try await run(["session", "--users", "5", "--p50", "1us"] + Self.short)
            #expect(run.status == 1)
            #expect(run.output.contains("limit p50 0.001 ms: MISSED"), "\(run.output)")
        }

        @Test func `codes of other people are noticed`() async throws {
            // This simulator derives a user from each code, also from one that it minted for somebody else.
            let run = try await run(["exchange", "--codes", "minted", "--rate", "50"] + Self.short)
            #expect(run.status == 1)
            #expect(run.output.contains("wrong_reply"), "\(run.output)")
            #expect(run.output.contains("wrong reply: login: openid "), "\(run.output)")
        }

        @Test func `a gateway that is not there is status 69, and wrong usage 64`() async throws {
            let results = try await offPool {
                Result {
                    try [["session", "--url", "http://127.0.0.1:1"], ["session", "--connections", "0"]].map(
                        Self.wxbench
                    )
                }
            }.get()
            #expect(results.map(\.status) == [69, 64])
            #expect(results[0].errors.contains("cannot reach http://127.0.0.1:1"))
        }
    }
}
