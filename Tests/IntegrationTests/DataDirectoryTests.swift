import Foundation
import Glibc
import TestSupport
import Testing

extension IntegrationTests {
    /// What the program leaves on the disk, and what it makes of it at the next start.
    @Suite struct DataDirectoryTests {
        private static let data = "wxgate-data"
        private static let keys: Set<String> = ["token.HS256.key", "data.key"]

        /// The only line of an error level, where there is exactly one.
        private static func onlyFault(_ errors: String) -> Substring? {
            let lines = errors.split(separator: "\n").filter { $0.contains(#""level":"critical""#) }
            return lines.count == 1 ? lines.first : nil
        }

        @Test(arguments: ["umask 0", "umask 777"])
        func `a start in an empty directory makes all it needs, for its user only`(_ umask: String) async throws {
            try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    let directory = try WorkingDirectory()
                    let gateway = try GatewayProcess(in: directory, weChatPort: simulator.port, shell: umask)
                    #expect(try KeepAliveClient(port: gateway.port).logIn(simulator.code()).status == 200)
                    #expect(try directory.names() == [Self.data])
                    #expect(directory.mode(of: Self.data) == 0o700)
                    let names = try directory.names(in: Self.data)
                    #expect(names.isSuperset(of: Self.keys.union(["lock"])))
                    #expect(names.count > 3, "no database in \(names)")
                    for name in names { #expect(directory.mode(of: "\(Self.data)/\(name)") == 0o600, "\(name)") }
                    gateway.command.endInOrder()
                    for name in try directory.names(in: Self.data) {
                        #expect(directory.mode(of: "\(Self.data)/\(name)") == 0o600, "\(name)")
                    }
                }
            }.get()
        }

        @Test func `a second process ends with 75 and names the directory, until the first is gone`() async throws {
            try await offPool {
                Result {
                    let directory = try WorkingDirectory()
                    let first = try GatewayProcess(in: directory, weChatPort: 1)
                    let second = try GatewayProcess.start(in: directory).finish()
                    #expect(second.status == 75)
                    #expect(second.errors.split(separator: "\n").count == 1, "\(second.errors)")
                    let fault = try #require(Self.onlyFault(second.errors), "\(second.errors)")
                    #expect(fault.contains("wxgate-data") && fault.contains("another process"))
                    #expect(try KeepAliveClient(port: first.port).get("/healthz").status == 200)
                    first.command.signal(SIGKILL)
                    #expect(first.command.finish().status == -SIGKILL)
                    try GatewayProcess(in: directory, weChatPort: 1).command.endInOrder()
                }
            }.get()
        }

        @Test func `in memory mode only keys are written, and several processes may share them`() async throws {
            try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    let directory = try WorkingDirectory()
                    let memory = ["WXGATE_STORE": "memory"]
                    let first = try GatewayProcess(in: directory, memory, weChatPort: simulator.port)
                    let second = try GatewayProcess(in: directory, memory, weChatPort: simulator.port)
                    #expect(try KeepAliveClient(port: first.port).logIn(simulator.code()).status == 200)
                    #expect(second.log.contains("made a key") == false)
                    for gateway in [first, second] { gateway.command.endInOrder() }
                    #expect(try directory.names(in: Self.data) == Self.keys)
                }
            }.get()
        }

        @Test func `in memory mode with configured keys nothing is written at all`() async throws {
            try await offPool {
                Result {
                    let directory = try WorkingDirectory()
                    let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
                    try directory.write(key, to: "token.key")
                    let environment = [
                        "WXGATE_STORE": "memory", "WXGATE_TOKEN_KEY_FILE": "token.key", "WXGATE_DATA_KEY": key,
                    ]
                    let gateway = try GatewayProcess(in: directory, environment, weChatPort: 1)
                    #expect(!gateway.command.endInOrder().contains(key) && !gateway.log.contains(key))
                    #expect(try directory.names() == ["token.key"])
                }
            }.get()
        }

        @Test(
            arguments: [("HS256", SIGTERM), ("ES256", SIGTERM), ("EdDSA", SIGTERM), ("HS256", SIGKILL)]
        )
        func `tokens and logouts outlive the process`(_ algorithm: String, _ signal: Int32) async throws {
            try await offPool {
                Result {
                    let simulator = try SimulatorProcess()
                    let directory = try WorkingDirectory()
                    let environment = ["WXGATE_TOKEN_ALG": algorithm]
                    let first = try GatewayProcess(in: directory, environment, weChatPort: simulator.port)
                    let client = try KeepAliveClient(port: first.port)
                    let kept = try client.logIn(simulator.code()).string("token")
                    let ended = try client.logIn(simulator.code()).string("token")
                    #expect(try client.logOut(ended).status == 204)
                    first.command.signal(signal)
                    #expect(first.command.finish().status == (signal == SIGKILL ? -SIGKILL : 0))

                    let second = try GatewayProcess(in: directory, environment, weChatPort: simulator.port)
                    #expect(!second.log.contains("made a key"))
                    let later = try KeepAliveClient(port: second.port)
                    #expect(try later.session(kept).status == 200)
                    #expect(try later.session(ended).string("reason") == "logged_out")
                    for secret in [kept, ended] { #expect(!second.command.endInOrder().contains(secret)) }
                }
            }.get()
        }

        @Test func `checking the settings makes nothing and shows no secret`() async throws {
            try await offPool {
                Result {
                    let directory = try WorkingDirectory()
                    let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
                    let environment = ["WXGATE_DATA_KEY": key, "WXGATE_ADMIN_KEY": "a-key-of-28-characters-or-so"]
                    let result = try GatewayProcess.start(
                        in: directory,
                        environment,
                        arguments: ["--check-config"]
                    ).finish()
                    #expect(result.status == 0)
                    #expect(result.output.contains("# WXGATE_DATA_DIR=./wxgate-data\n"))
                    #expect(result.output.contains("WXGATE_DATA_KEY=****\n"))
                    #expect(result.output.contains("WXGATE_ADMIN_KEY=****\n"))
                    for secret in environment.values { #expect(!(result.output + result.errors).contains(secret)) }
                    #expect(try directory.names().isEmpty)
                }
            }.get()
        }

        @Test(arguments: ["token.HS256.key", "data.key", "wxgate.db"])
        func `a damaged file is one clear line that names it, and status 78`(_ name: String) async throws {
            try await offPool {
                Result {
                    let directory = try WorkingDirectory()
                    try GatewayProcess(in: directory, weChatPort: 1).command.endInOrder()
                    let text = String(repeating: "recognisable garbage ", count: 100)
                    try directory.write(text, to: "\(Self.data)/\(name)")
                    chmod("\(directory.path)/\(Self.data)/\(name)", 0o600)
                    let result = try GatewayProcess.start(in: directory).finish()
                    #expect(result.status == 78)
                    let fault = try #require(Self.onlyFault(result.errors), "\(result.errors)")
                    #expect(fault.contains("\(Self.data)/\(name)"), "\(fault)")
                    #expect(!result.errors.contains("recognisable"))
                    let kept = try String(contentsOfFile: "\(directory.path)/\(Self.data)/\(name)", encoding: .utf8)
                    #expect(kept == text)
                }
            }.get()
        }

        @Test func `a directory that cannot be used is one clear line, and status 78`() async throws {
            try await offPool {
                Result {
                    let directory = try WorkingDirectory()
                    try directory.write("", to: "file")
                    for path in ["file", "none/data"] {
                        let result = try GatewayProcess.start(in: directory, ["WXGATE_DATA_DIR": path]).finish()
                        #expect(result.status == 78)
                        let fault = try #require(Self.onlyFault(result.errors), "\(result.errors)")
                        #expect(fault.contains("WXGATE_DATA_DIR") && fault.contains("\"\(path)\""))
                    }
                    #expect(try directory.names() == ["file"])
                }
            }.get()
        }

        @Test func `the operator's listener is where it is told and knows the key`() async throws {
            try await offPool {
                Result {
                    let directory = try WorkingDirectory()
                    let key = "a-key-of-28-characters-or-so"
                    let gateway = try GatewayProcess(in: directory, ["WXGATE_ADMIN_KEY": key], weChatPort: 1)
                    let client = try KeepAliveClient(port: try #require(gateway.adminPort))
                    #expect(try client.get("/readyz").status == 200)
                    let bearer = [("Authorization", "Bearer \(key)")]
                    #expect(try client.get("/internal/v1/users/1", headers: bearer).status == 404)
                    #expect(try client.get("/internal/v1/users/1").status == 401)
                    #expect(!gateway.command.endInOrder().contains(key))

                    let none = try GatewayProcess(in: directory, ["WXGATE_ADMIN_LISTEN": ""], weChatPort: 1)
                    #expect(none.adminPort == nil)
                    none.command.endInOrder()
                }
            }.get()
        }
    }
}
