import Foundation
import Testing
import WeChatSimulator

extension IntegrationTests {
    /// Clients that nobody here wrote.
    @Suite struct RealClientTests {
        private static func script(_ name: String) -> String {
            URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Clients/\(name)")
                .path(percentEncoded: false)
        }

        private static func run(_ program: String, _ script: String, against harness: GatewayHarness) throws {
            let arguments = [
                Self.script(script), "http://127.0.0.1:\(harness.port)", try harness.code(of: "o-1"),
                try harness.code(of: "o-2"),
            ]
            let result = try Command(program, arguments).finish()
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            #expect(result.output.hasPrefix("good"), "\(result.output)\(result.errors)")
            #expect(harness.simulator.counters.exchanges == 2)
        }

        @Test func `Python's requests logs in, repeats, checks and logs out`() async throws {
            let python = try Command.named(by: "WXGATE_TEST_PYTHON")
            try await withGateway({ $0.loops = 2 }) { harness in
                try Self.run(python, "login.py", against: harness)
            }
        }

        @Test func `Node's fetch logs in, repeats, checks and logs out`() async throws {
            let node = try Command.named(by: "WXGATE_TEST_NODE")
            try await withGateway({ $0.loops = 2 }) { harness in
                try Self.run(node, "login.mjs", against: harness)
            }
        }

        @Test func `curl logs in by JSON, form and query over one connection`() async throws {
            let curl = try Command.found("curl")
            try await withGateway({ $0.loops = 2 }) { harness in
                let login = "http://127.0.0.1:\(harness.port)\(KeepAliveClient.login)"
                let next = ["--next", "-s", "-w", "%{http_code} %{num_connects}\\n", "-o", "/dev/null"]
                let codes = try (0..<3).map { _ in try harness.code() }
                var arguments = ["-s", "-w", "%{http_code} %{num_connects}\\n", "-o", "/dev/null"]
                arguments += ["--json", #"{"code":"\#(codes[0])"}"#, login]
                arguments += next + ["--data-urlencode", "code=\(codes[1])", login]
                arguments += next + ["-G", "--data-urlencode", "code=\(codes[2])", login]
                arguments += next + ["-H", "Expect: 100-continue", "--json", #"{"code":"\#(codes[0])"}"#, login]
                arguments += next + ["-X", "DELETE", login]
                let result = try Command(curl, arguments).finish()
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output == "200 1\n200 0\n200 0\n200 0\n405 0\n")
                #expect(harness.simulator.counters.exchanges == 3)
            }
        }

        @Test func `curl sees the body of a login as the contract has it`() async throws {
            let curl = try Command.found("curl")
            try await withGateway { harness in
                let login = "http://127.0.0.1:\(harness.port)\(KeepAliveClient.login)"
                let code = try harness.code(of: "o-curl")
                let result = try Command(curl, ["-sS", "-i", "--json", #"{"code":"\#(code)"}"#, login]).finish()
                try expectLogin(HTTPReply(Array(result.output.utf8)), openid: "o-curl", isNew: true)
            }
        }
    }
}
