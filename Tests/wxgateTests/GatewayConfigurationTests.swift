import Gateway
import Logging
import Testing
import WeChat

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

    @Test func `web logins go as the variables say, else as by the contract`() throws {
        let standard = try configuration(["WXGATE_SITE": ""])
        #expect(standard.qr == QRPolicy() && standard.web == WebPolicy())
        let changed = try configuration([
            "WXGATE_SITE": "商店", "WXGATE_QR_TTL": "61", "WXGATE_QR_PAGE": "pages/p", "WXGATE_QR_ENV_VERSION": "trial",
            "WXGATE_QR_POOL": "7", "WXGATE_QR_REFUSED_SCENES": "1007", "WXGATE_QR_LINK": "off",
            "WXGATE_WEB_COOKIE": "off", "WXGATE_RETURN_ORIGINS": "https://r.example", "WXGATE_QR_POLLS_PER_IP": "8",
            "WXGATE_CORS_ORIGINS": "https://c.example", "WXGATE_RATE_SCANS_PER_USER": "9",
            "WXGATE_RATE_QR_PER_IP": "10",
        ])
        var qr = QRPolicy()
        qr.lifeMilliseconds = 61_000
        qr.page = "pages/p"
        qr.environment = .trial
        qr.poolSize = 7
        qr.refusedLaunchScenes = [1007]
        qr.allowsLinks = false
        qr.pollsPerAddress = 8
        qr.wrongScenesPerUser = 9
        qr.ticketsPerAddress = 10
        var web = WebPolicy()
        web.site = "商店"
        web.setsCookie = false
        web.returnOrigins = ["https://r.example"]
        web.origins = ["https://c.example"]
        #expect(changed.qr == qr && changed.web == web)
    }
}
