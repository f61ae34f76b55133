import Gateway
import Logging
import Testing

@testable import wxgate

/// What the settings come to in the gateway.
@Suite struct GatewayConfigurationTests {
    private func configuration(_ changes: [String: String] = [:]) throws -> GatewayConfiguration {
        let directory = try TemporaryDirectory()
        let data = try DataDirectory(at: directory.path + "/data", exclusively: false, logger: LogRecord().logger)
        let settings = try SampleEnvironment.settings(changes)
        return try GatewayConfiguration(settings, keys: GatewayKeys(settings, in: data, logger: LogRecord().logger))
    }

    @Test func `access_tokens are kept as the variables say, else as by the contract`() throws {
        #expect(try configuration().accessTokens == AccessTokenPolicy())
        let changed = try configuration([
            "WXGATE_ACCESS_TOKEN_MODE": "legacy", "WXGATE_ACCESS_TOKEN_AHEAD": "61",
        ])
        #expect(changed.accessTokens.mode == .legacy && changed.accessTokens.aheadSeconds == 61)
    }
}
