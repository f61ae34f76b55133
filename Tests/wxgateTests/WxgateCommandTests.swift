import Foundation
import Testing

@testable import wxgate

/// Runs the built executable as an operator does.
@Suite struct WxgateCommandTests {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The tests' own executable lies beside the product, whatever the scratch path is.
    private static func executable() -> URL? {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let candidates = [own, URL(fileURLWithPath: CommandLine.arguments[0])]
        return candidates.map { $0.deletingLastPathComponent().appendingPathComponent("wxgate") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    private func run(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> Outcome {
        let process = Process()
        let executable: URL = try #require(Self.executable(), "wxgate was not built beside the tests")
        process.executableURL = executable
        process.arguments = arguments
        // Nothing of the test's own environment: it may hold variables of a developer's gateway.
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        let errorData = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus,
            output: String(decoding: outputData, as: UTF8.self),
            errors: String(decoding: errorData, as: UTF8.self)
        )
    }

    @Test func `a good configuration is printed without its secret and ends with 0`() throws {
        let environment = SampleEnvironment.minimal.merging(["WXGATE_LOPS": "1"]) { $1 }
        let outcome = try run(["--check-config"], environment)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("WXGATE_APPID=wx4f4bc4dec97d474b\nWXGATE_SECRET=****\n"))
        #expect(outcome.errors.contains("warning: WXGATE_LOPS: unknown variable"))
        #expect(!(outcome.output + outcome.errors).contains(SampleEnvironment.secret))
    }

    @Test(arguments: [[], ["--check-config"]])
    func `a wrong configuration ends with 78 and a line a mistake`(_ arguments: [String]) throws {
        let environment = SampleEnvironment.minimal.merging(["WXGATE_LOOPS": "0", "WXGATE_MAX_BODY": "1k"]) { $1 }
        let outcome = try run(arguments, environment)
        #expect(outcome.status == 78)
        #expect(outcome.output.isEmpty)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("wxgate: WXGATE_LOOPS=\"0\": out of range; allowed: ") == true)
        #expect(lines.last?.hasPrefix("wxgate: WXGATE_MAX_BODY=\"1k\": not a whole number; allowed: ") == true)
    }

    @Test func `nothing configured ends with 78 and says what is missing`() throws {
        let outcome = try run()
        #expect(outcome.status == 78)
        #expect(outcome.errors.hasPrefix("wxgate: WXGATE_APPID: not set; allowed: "))
    }

    @Test func `help and version need no configuration`() throws {
        let help = try run(["--help"])
        #expect(help.status == 0)
        for variable in SettingVariable.all { #expect(help.output.contains(variable.name)) }
        let version = try run(["--version"])
        #expect(version.status == 0)
        #expect(version.output == "\(Version.current)\n")
    }

    @Test(arguments: [["--listen", "1.2.3.4:80"], ["serve"], ["-x"]])
    func `what is no option is a usage error`(_ arguments: [String]) throws {
        #expect(try run(arguments, SampleEnvironment.minimal).status == 64)
    }

    /// A secret in every variable that has one, also in the wrong form and in the wrong place.
    @Test(
        arguments: [
            ["WXGATE_SECRET": "%"], ["WXGATE_SECRET": "% with spaces"], ["WXGATE_SECRET_FILE": "%"],
            ["WXGATE_APPID": "%"], ["WXGATE_ADMIN_KEY": "%"], ["WXGATE_DATA_KEY": "%"], ["WXGATE_TLS_KEY": "%"],
            ["WXGATE_ADMIN_KEY_FILE": "%"], ["WXGATE_DATA_KEY_FILE": "%"], ["WXGATE_ADMIN_KEYS_FILE": "%"],
            ["WXGATE_ADMIN_KEY": "% with spaces"], ["WXGATE_APPS_FILE": #"[{"appid":"wx1","secret":"%"}]"#],
            ["WXGATE_TOKEN_KEY_FILE": "-----BEGIN PRIVATE KEY-----\n%\n-----END PRIVATE KEY-----"],
            ["WXGATE_ADMIN_KEY_FILE": "%-_"], ["WXGATE_TOKEN_KEY_FILE": "%"], ["WXGATE_SECERT": "%"],
            ["WXGATE_WECHAT_URLS": "https://x:%@a.example"],
            ["WXGATE_SESSION_STORE": "redis://:%@h:6379"], ["WXGATE_STORE": "postgres://u:%@h/d?password=%"],
        ]
    )
    func `no secret is ever printed`(_ changes: [String: String]) throws {
        let secret = "5ec7e1d05ec7e1d05ec7e1d05ec7e1d0"
        let environment = SampleEnvironment.minimal.merging(
            changes.mapValues { $0.split(separator: "%", omittingEmptySubsequences: false).joined(separator: secret) }
        ) { $1 }
        let outcome = try run(["--check-config"], environment)
        #expect([0, 78].contains(outcome.status))
        #expect(!(outcome.output + outcome.errors).contains("5ec7e1d0"))
    }
}
