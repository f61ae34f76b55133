import Foundation
import TestSupport
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// `wxgate --doctor` as an operator starts it.
    @Suite struct DoctorTests {
        struct Outcome: Sendable {
            let status: Int32
            let output: String
            let errors: String
            /// What the doctor left in the directory in which it ran.
            let files: Set<String>

            var lines: [String] { output.split(separator: "\n").map(String.init) }
        }

        /// Runs a doctor beside a simulator.
        private func examine(
            _ environment: [String: String] = [:],
            before: @escaping @Sendable (SimulatorProcess) throws -> Void = { _ in }
        ) async throws -> Outcome {
            try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    try before(simulator)
                    let directory = try WorkingDirectory()
                    let outcome = try Self.run(in: directory, environment, weChatPort: simulator.port)
                    simulator.command.endInOrder()
                    return outcome
                }
            }.get()
        }

        private static func run(
            in directory: WorkingDirectory,
            _ environment: [String: String] = [:],
            weChatPort: UInt16
        ) throws -> Outcome {
            let command = try GatewayProcess.start(
                in: directory,
                environment,
                weChatPort: weChatPort,
                arguments: ["--doctor"]
            )
            let result = command.finish()
            return Outcome(
                status: result.status,
                output: result.output,
                errors: result.errors,
                files: try directory.names()
            )
        }

        @Test func `all is well: a line a check, status 0, and not a file`() async throws {
            let outcome = try await examine()
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(outcome.errors == "")
            #expect(outcome.files == [])
            #expect(!outcome.lines.contains { $0.hasPrefix("fail") || $0.hasPrefix("warn") })
            for check in [
                "dns", "tcp", "http", "clock", "secret", "ip_whitelist", "frozen", "login", "quota", "qr_page",
            ] {
                #expect(outcome.lines.contains { $0.hasPrefix("ok \(check) ") }, "\(check)")
            }
            #expect(!outcome.output.contains(DefaultApp.secret))
        }

        @Test func `a wrong secret is a line with its remedy, status 1, and in no line itself`() async throws {
            let secret = "5ec7e1d05ec7e1d05ec7e1d05ec7e1d0"
            let outcome = try await examine(["WXGATE_SECRET": secret])
            #expect(outcome.status == 1)
            let line = try #require(outcome.lines.first { $0.hasPrefix("fail secret ") })
            #expect(
                line.hasPrefix("fail secret \(DefaultApp.appid): WeChat does not take the AppSecret (errcode 40125")
            )
            #expect(line.contains("; remedy: copy the AppSecret"))
            #expect(!(outcome.output + outcome.errors).contains("5ec7e1d0"))
        }

        @Test func `a wrong configuration ends with 78 and asks nobody`() async throws {
            let outcome = try await offPool {
                Result { try Self.run(in: WorkingDirectory(), ["WXGATE_LOOPS": "0"], weChatPort: 1) }
            }.get()
            #expect(outcome.status == 78)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains("WXGATE_LOOPS"))
        }

        @Test func `it works beside a running gateway, in its directory, and ends none of its tokens`() async throws {
            let (outcome, session) = try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    let directory = try WorkingDirectory()
                    let gateway = try GatewayProcess(
                        in: directory,
                        ["WXGATE_ADMIN_KEY": TokenService.key],
                        weChatPort: simulator.port
                    )
                    let service = try TokenService(port: try #require(gateway.adminPort))
                    let accessToken = try service.token().string("access_token")
                    let client = try KeepAliveClient(port: gateway.port)
                    let token = try client.logIn(try simulator.code()).string("token")
                    let before = try directory.names()
                    let outcome = try Self.run(in: directory, weChatPort: simulator.port)
                    #expect(outcome.files == before)
                    let session = try client.session(token).status
                    #expect(try service.token().string("access_token") == accessToken)
                    let tokens = try KeepAliveClient(port: simulator.port).get("/sim/access_tokens").json()
                    let stable = try #require(tokens["stable"] as? [String: Any])
                    #expect(stable["access_token"] as? String == accessToken && stable["works"] as? Bool == true)
                    #expect(stable["forced_today"] as? Int == 0, "\(tokens)")
                    gateway.command.endInOrder()
                    simulator.command.endInOrder()
                    return (outcome, session)
                }
            }.get()
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(session == 200)
        }

        @Test func `it does not go with --check-config`() async throws {
            let result = try await offPool {
                Result {
                    try GatewayProcess.start(in: WorkingDirectory(), arguments: ["--doctor", "--check-config"]).finish()
                }
            }.get()
            #expect(result.status == 64)
            #expect(result.output == "")
        }
    }
}
