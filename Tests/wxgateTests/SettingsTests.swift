import Gateway
import HTTPServer
import Logging
import Testing
import WeChat

@testable import wxgate

@Suite struct SettingsTests {
    @Test func `two variables are enough and the rest has the defaults of the contract`() throws {
        let settings = try Settings(environment: SampleEnvironment.required, host: SampleEnvironment.host)
        #expect(settings.listen.description == "127.0.0.1:8080")
        #expect(settings.loops == 3)
        #expect(settings.apps.map(\.appID) == ["wx4f4bc4dec97d474b"])
        #expect(settings.apps.first?.secret.exposed == SampleEnvironment.secret)
        #expect(
            settings.upstreamBases.map(\.description) == ["https://api.weixin.qq.com", "https://api2.weixin.qq.com"]
        )
        #expect(settings.upstreamCAFile == nil)
        #expect(settings.upstreamTimeoutMilliseconds == 3000)
        #expect(settings.upstreamConnectionsMax == 64)
        #expect(settings.upstreamInflightMax == 1024)
        #expect("\(settings.upstreamClient)" == "native")
        #expect(settings.codeReplayMilliseconds == 10_000)
        #expect(settings.sessionTTLSeconds == 604_800)
        #expect(settings.sessionLimits.mini == 1)
        #expect(settings.sessionLimits.web == 1)
        #expect(settings.sessionMaxAgeSeconds == 2_592_000)
        #expect(settings.tokenAlgorithm == .hs256)
        #expect(settings.tokenKeys.isEmpty)
        #expect(settings.dataKeys.isEmpty)
        #expect(settings.dataDirectory == "./wxgate-data")
        #expect(settings.store == .sqlite)
        #expect(settings.adminListen?.description == "127.0.0.1:9090")
        #expect(settings.adminKey == nil)
        #expect(settings.adminKeys.isEmpty)
        #expect(settings.accessTokenMode == .stable)
        #expect(settings.accessTokenAheadSeconds == 600)
        #expect(settings.trustedProxies.isEmpty)
        #expect(settings.connectionsMax == 100_000)
        #expect(settings.bodyBytesMax == 65_536)
        #expect(settings.headBytesMax == 16_384)
        #expect(settings.headerTimeoutMilliseconds == 10_000)
        #expect(settings.bodyTimeoutMilliseconds == 10_000)
        #expect(settings.idleTimeoutMilliseconds == 75_000)
        #expect(settings.drainTimeoutMilliseconds == 15_000)
        #expect(settings.logLevel == .info)
        #expect(settings.logFormat == .json)
    }

    @Test func `the log of a terminal is text`() throws {
        let host = Settings.Host(cores: 1, logsToTerminal: true)
        #expect(try Settings(environment: SampleEnvironment.minimal, host: host).logFormat == .text)
    }

    @Test(arguments: [(0, 1), (1, 1), (64, 64), (1000, 256)])
    func `the default of loops is the number of cores within its range`(_ cores: Int, _ loops: Int) throws {
        let host = Settings.Host(cores: cores, logsToTerminal: false)
        #expect(try Settings(environment: SampleEnvironment.minimal, host: host).loops == loops)
    }

    /// Each line: variable, value, how `--check-config` writes it.
    private static let goodValues: [(String, String, String)] = [
        ("WXGATE_LISTEN", "0.0.0.0:80", "0.0.0.0:80"),
        ("WXGATE_LISTEN", "[::]:8080", "[::]:8080"),
        ("WXGATE_LISTEN", "127.0.0.1:0", "127.0.0.1:0"),
        ("WXGATE_LISTEN", "127.0.0.1:65535", "127.0.0.1:65535"),
        ("WXGATE_ADMIN_LISTEN", "[::1]:0", "[::1]:0"),
        ("WXGATE_ADMIN_LISTEN", "127.0.0.2:8080", "127.0.0.2:8080"),
        ("WXGATE_ADMIN_KEY", "exactly.20.character", "****"),
        ("WXGATE_LOOPS", "1", "1"),
        ("WXGATE_LOOPS", "256", "256"),
        ("WXGATE_LOOPS", "007", "7"),
        ("WXGATE_APPID", "wx0123456789abcdez", "wx0123456789abcdez"),
        ("WXGATE_SECRET", "not.from.wechat.but.fine", "****"),
        ("WXGATE_WECHAT_URLS", "http://127.0.0.1:8090/", "http://127.0.0.1:8090"),
        (
            "WXGATE_WECHAT_URLS", "https://a.example,HTTPS://B.example:444/wx",
            "https://a.example,https://b.example:444/wx"
        ),
        ("WXGATE_UPSTREAM_TIMEOUT_MS", "100", "100"),
        ("WXGATE_UPSTREAM_TIMEOUT_MS", "60000", "60000"),
        ("WXGATE_UPSTREAM_CONNECTIONS", "4096", "4096"),
        ("WXGATE_UPSTREAM_INFLIGHT", "65536", "65536"),
        ("WXGATE_UPSTREAM_CLIENT", "native", "native"),
        ("WXGATE_UPSTREAM_CLIENT", "curl", "curl"),
        ("WXGATE_CODE_REPLAY_MS", "0", "0"),
        ("WXGATE_CODE_REPLAY_MS", "300000", "300000"),
        ("WXGATE_DATA_DIR", "/var/lib/wxgate", "/var/lib/wxgate"),
        ("WXGATE_DATA_DIR", "data of mine", "data of mine"),
        ("WXGATE_STORE", "memory", "memory"),
        ("WXGATE_STORE", "sqlite", "sqlite"),
        ("WXGATE_SESSION_STORE", "embedded", "embedded"),
        ("WXGATE_SESSION_TTL", "1", "1"),
        ("WXGATE_SESSION_TTL", "31536000", "31536000"),
        ("WXGATE_SESSION_MAX_AGE", "1", "1"),
        ("WXGATE_SESSION_MAX_AGE", "31536000", "31536000"),
        ("WXGATE_SESSIONS_PER_USER", "0", "0"),
        ("WXGATE_SESSIONS_PER_USER", "mini=1,web=5", "mini=1,web=5"),
        ("WXGATE_SESSIONS_PER_USER", "web=1", "1"),
        ("WXGATE_TOKEN_ALG", "HS256", "HS256"),
        ("WXGATE_TOKEN_ALG", "ES256", "ES256"),
        ("WXGATE_TOKEN_ALG", "EdDSA", "EdDSA"),
        ("WXGATE_DATA_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "****"),
        (
            "WXGATE_DATA_KEY",
            "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\nYWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI=\n", "****"
        ),
        ("WXGATE_ACCESS_TOKEN_MODE", "stable", "stable"),
        ("WXGATE_ACCESS_TOKEN_MODE", "legacy", "legacy"),
        ("WXGATE_ACCESS_TOKEN_AHEAD", "60", "60"),
        ("WXGATE_ACCESS_TOKEN_AHEAD", "3600", "3600"),
        ("WXGATE_TRUSTED_PROXIES", "10.1.2.3/8,::1", "10.0.0.0/8,::1"),
        ("WXGATE_MAX_CONNECTIONS", "1000000", "1000000"),
        ("WXGATE_MAX_BODY", "1024", "1024"),
        ("WXGATE_MAX_HEADERS", "1048576", "1048576"),
        ("WXGATE_HEADER_TIMEOUT_MS", "600000", "600000"),
        ("WXGATE_BODY_TIMEOUT_MS", "100", "100"),
        ("WXGATE_IDLE_TIMEOUT_MS", "3600000", "3600000"),
        ("WXGATE_DRAIN_TIMEOUT_MS", "0", "0"),
        ("WXGATE_LOG_LEVEL", "trace", "trace"),
        ("WXGATE_LOG_LEVEL", "critical", "critical"),
        ("WXGATE_LOG_FORMAT", "text", "text"),
    ]

    @Test(arguments: goodValues)
    func `a good value takes effect`(_ variable: String, _ value: String, _ written: String) throws {
        let settings = try SampleEnvironment.settings([variable: value])
        #expect(settings.effective.contains(EffectiveSetting(variable, value: written, isDefault: false)))
    }

    private static let badValues: [(String, String)] = [
        ("WXGATE_LISTEN", "8080"), ("WXGATE_LISTEN", ":8080"), ("WXGATE_LISTEN", "localhost:8080"),
        ("WXGATE_LISTEN", "127.0.0.1"), ("WXGATE_LISTEN", "127.0.0.1:"), ("WXGATE_LISTEN", "127.0.0.1:65536"),
        ("WXGATE_LISTEN", "127.0.0.1:80 "), ("WXGATE_LISTEN", "::1:8080"), ("WXGATE_LISTEN", "[::1]"),
        ("WXGATE_LISTEN", "[127.0.0.1]:80"), ("WXGATE_LISTEN", "http://127.0.0.1:80"), ("WXGATE_LISTEN", "*:80"),
        ("WXGATE_LISTEN", "127.0.0.1:+80"), ("WXGATE_LISTEN", "127.0.0.1:-1"), ("WXGATE_LISTEN", "[]:80"),
        ("WXGATE_ADMIN_LISTEN", "9090"), ("WXGATE_ADMIN_LISTEN", "localhost:9090"),
        ("WXGATE_ADMIN_LISTEN", "none"), ("WXGATE_ADMIN_LISTEN", " "), ("WXGATE_ADMIN_LISTEN", "127.0.0.1:8080"),
        ("WXGATE_ADMIN_LISTEN", "0.0.0.0:8080"), ("WXGATE_ADMIN_LISTEN", "[::]:8080"),
        ("WXGATE_ADMIN_KEY", "only.19.characters."), ("WXGATE_ADMIN_KEY", "a key with spaces in it"),
        ("WXGATE_ADMIN_KEY", String(repeating: "x", count: 257)), ("WXGATE_ADMIN_KEY", "密钥密钥密钥密钥密钥密钥"),
        ("WXGATE_ADMIN_KEYS_FILE", "/nonexistent/keys.json"), ("WXGATE_ADMIN_TLS_CERT", "/etc/cert.pem"),
        ("WXGATE_ADMIN_TLS_KEY", "/etc/key.pem"),
        ("WXGATE_LOOPS", "0"), ("WXGATE_LOOPS", "257"), ("WXGATE_LOOPS", "10s"), ("WXGATE_LOOPS", "1e3"),
        ("WXGATE_LOOPS", " 5"), ("WXGATE_LOOPS", "5 "), ("WXGATE_LOOPS", "-1"), ("WXGATE_LOOPS", "+1"),
        ("WXGATE_LOOPS", "1.0"), ("WXGATE_LOOPS", "0x10"), ("WXGATE_LOOPS", "1_0"), ("WXGATE_LOOPS", "auto"),
        ("WXGATE_LOOPS", "٣"), ("WXGATE_LOOPS", "99999999999999999999999"),
        ("WXGATE_APPID", "wx"), ("WXGATE_APPID", "wx4F4BC4DEC97D474B"), ("WXGATE_APPID", "wx4f4bc4dec97d474b0"),
        ("WXGATE_APPID", "gh_0123456789abcd"), ("WXGATE_APPID", "wx4f4bc4dec97d47\n"),
        ("WXGATE_SECRET", "short"), ("WXGATE_SECRET", "with a space inside it"),
        ("WXGATE_SECRET", String(repeating: "x", count: 65)), ("WXGATE_SECRET", "0123456789abcdef\n"),
        ("WXGATE_SECRET", "秘密秘密秘密秘密秘密"),
        ("WXGATE_APPS_FILE", "/nonexistent/apps.json"),
        ("WXGATE_WECHAT_URLS", "api.weixin.qq.com"), ("WXGATE_WECHAT_URLS", "ftp://a.example"),
        ("WXGATE_WECHAT_URLS", "https://a.example?x=1"), ("WXGATE_WECHAT_URLS", "https://a.example#x"),
        ("WXGATE_WECHAT_URLS", "https://u:p@a.example"), ("WXGATE_WECHAT_URLS", "https://"),
        ("WXGATE_WECHAT_URLS", "https://a.example,"),
        ("WXGATE_WECHAT_URLS", "https://a.example, https://b.example"),
        ("WXGATE_WECHAT_URLS", "https://a.example,https://A.example/"), ("WXGATE_WECHAT_URLS", "https://1.2.3"),
        ("WXGATE_WECHAT_URLS", "https://a.example:0"), ("WXGATE_WECHAT_URLS", "https://a.example/../x"),
        ("WXGATE_WECHAT_URLS", (1...9).map { "https://a\($0).example" }.joined(separator: ",")),
        ("WXGATE_WECHAT_CA_FILE", "/nonexistent/ca.pem"), ("WXGATE_WECHAT_CA_FILE", "/"),
        ("WXGATE_UPSTREAM_TIMEOUT_MS", "99"), ("WXGATE_UPSTREAM_TIMEOUT_MS", "60001"),
        ("WXGATE_UPSTREAM_TIMEOUT_MS", "3s"),
        ("WXGATE_UPSTREAM_CONNECTIONS", "0"), ("WXGATE_UPSTREAM_CONNECTIONS", "4097"),
        ("WXGATE_UPSTREAM_INFLIGHT", "0"), ("WXGATE_UPSTREAM_INFLIGHT", "65537"),
        ("WXGATE_UPSTREAM_CLIENT", "libcurl"), ("WXGATE_UPSTREAM_CLIENT", "Native"),
        ("WXGATE_CODE_REPLAY_MS", "-1"), ("WXGATE_CODE_REPLAY_MS", "300001"),
        ("WXGATE_DATA_DIR", "a\nb"), ("WXGATE_DATA_DIR", String(repeating: "x", count: 1025)),
        ("WXGATE_STORE", "postgres://h/db"), ("WXGATE_STORE", "postgresql://h/db"), ("WXGATE_STORE", "SQLite"),
        ("WXGATE_STORE", "Memory"), ("WXGATE_STORE", "embedded"),
        ("WXGATE_SESSION_STORE", "redis://h"), ("WXGATE_SESSION_STORE", "redis+cluster://h"),
        ("WXGATE_SESSION_STORE", "sqlite"), ("WXGATE_SESSION_STORE", "memory"),
        ("WXGATE_SESSION_TTL", "0"), ("WXGATE_SESSION_TTL", "7d"), ("WXGATE_SESSION_TTL", "31536001"),
        ("WXGATE_SESSION_MAX_AGE", "0"), ("WXGATE_SESSION_MAX_AGE", "30d"), ("WXGATE_SESSION_MAX_AGE", "31536001"),
        ("WXGATE_SESSIONS_PER_USER", "1001"), ("WXGATE_SESSIONS_PER_USER", "unlimited"),
        ("WXGATE_SESSIONS_PER_USER", "mini=1,mini=2"), ("WXGATE_SESSIONS_PER_USER", "desktop=1"),
        ("WXGATE_SESSIONS_PER_USER", "mini=1,"), ("WXGATE_SESSIONS_PER_USER", "mini="),
        ("WXGATE_SESSIONS_PER_USER", "mini=1, web=2"), ("WXGATE_SESSIONS_PER_USER", "mini=-1"),
        ("WXGATE_SESSIONS_PER_USER", "1,2"),
        ("WXGATE_TOKEN_ALG", "none"), ("WXGATE_TOKEN_ALG", "hs256"), ("WXGATE_TOKEN_ALG", "RS256"),
        ("WXGATE_DATA_KEY", "not base64"), ("WXGATE_DATA_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MA=="),
        ("WXGATE_DATA_KEY", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy"), ("WXGATE_DATA_KEY", "\n"),
        ("WXGATE_TOKEN_KEY_FILE", "/nonexistent/keys"),
        ("WXGATE_ACCESS_TOKEN_MODE", "Stable"), ("WXGATE_ACCESS_TOKEN_MODE", "stable_token"),
        ("WXGATE_ACCESS_TOKEN_AHEAD", "59"), ("WXGATE_ACCESS_TOKEN_AHEAD", "3601"),
        ("WXGATE_ACCESS_TOKEN_AHEAD", "10m"),
        ("WXGATE_TRUSTED_PROXIES", "10.0.0.0/33"), ("WXGATE_TRUSTED_PROXIES", "10.0.0.1,"),
        ("WXGATE_TRUSTED_PROXIES", "10.0.0.1, ::1"), ("WXGATE_TRUSTED_PROXIES", "proxy.example"),
        ("WXGATE_MAX_CONNECTIONS", "0"), ("WXGATE_MAX_CONNECTIONS", "1000001"),
        ("WXGATE_MAX_BODY", "1023"), ("WXGATE_MAX_BODY", "64k"), ("WXGATE_MAX_BODY", "16777217"),
        ("WXGATE_MAX_HEADERS", "1023"), ("WXGATE_MAX_HEADERS", "1048577"),
        ("WXGATE_HEADER_TIMEOUT_MS", "0"), ("WXGATE_HEADER_TIMEOUT_MS", "600001"),
        ("WXGATE_BODY_TIMEOUT_MS", "99"), ("WXGATE_BODY_TIMEOUT_MS", "10 s"),
        ("WXGATE_IDLE_TIMEOUT_MS", "99"), ("WXGATE_IDLE_TIMEOUT_MS", "3600001"),
        ("WXGATE_DRAIN_TIMEOUT_MS", "600001"), ("WXGATE_DRAIN_TIMEOUT_MS", "never"),
        ("WXGATE_TLS_CERT", "/etc/cert.pem"), ("WXGATE_TLS_KEY", "/etc/key.pem"),
        ("WXGATE_LOG_LEVEL", "INFO"), ("WXGATE_LOG_LEVEL", "warn"), ("WXGATE_LOG_FORMAT", "JSON"),
        ("WXGATE_LOG_FORMAT", "logfmt"),
    ]

    @Test(arguments: badValues)
    func `a bad value is one mistake of one line that names the variable and what to do`(
        _ variable: String,
        _ value: String
    ) {
        var environment = SampleEnvironment.minimal
        if variable == "WXGATE_APPS_FILE" { environment = [:] }
        environment[variable] = value
        let mistakes = SampleEnvironment.mistakes(exactly: environment)
        #expect(mistakes.count == 1)
        guard let mistake = mistakes.first else { return }
        #expect(mistake.description.hasPrefix("\(variable)="))
        #expect(!mistake.description.contains("\n"))
        #expect(mistake.allowed.map { !$0.isEmpty } ?? variable.contains("_TLS_"))
    }

    @Test func `the words of a mistake are these`() {
        let mistakes = SampleEnvironment.mistakes(["WXGATE_LOOPS": "1e3", "WXGATE_LISTEN": "1.2.3.4:x\ny"])
        #expect(
            mistakes.map(\.description) == [
                #"WXGATE_LISTEN="1.2.3.4:x\ny": not a port; allowed: address:port, such as 127.0.0.1:8080 or [::]:8080,"#
                    + " port 0 to 65535",
                #"WXGATE_LOOPS="1e3": not a whole number; allowed: a whole number from 1 to 256"#
                    + " (threads; more than cores gain nothing)",
            ]
        )
    }

    @Test func `all mistakes come at once, in the order of the table`() {
        // One wrong value for everything that can be wrong by its text alone.
        let variables = SettingVariable.supported.map(\.name).filter { $0 != "WXGATE_APPS_FILE" }
        let wrong = Dictionary(uniqueKeysWithValues: variables.map { ($0, "\u{1}") })
        #expect(SampleEnvironment.mistakes(exactly: wrong).map(\.variable) == variables)
    }

    @Test func `an address may change its port to one that the other listener has elsewhere`() throws {
        let settings = try SampleEnvironment.settings([
            "WXGATE_LISTEN": "127.0.0.1:0", "WXGATE_ADMIN_LISTEN": "127.0.0.1:0",
        ])
        #expect(settings.adminListen?.port == 0)
    }

    @Test func `a public address on the operator's default is a mistake that names the latter`() {
        let mistakes = SampleEnvironment.mistakes(["WXGATE_LISTEN": "[::]:9090"])
        #expect(mistakes.map(\.variable) == ["WXGATE_ADMIN_LISTEN"])
        #expect(SampleEnvironment.mistakes(["WXGATE_LISTEN": "[::]:9090", "WXGATE_ADMIN_LISTEN": ""]).isEmpty)
    }

    @Test func `an operator's address that is set to nothing is none`() throws {
        let settings = try SampleEnvironment.settings(["WXGATE_ADMIN_LISTEN": ""])
        #expect(settings.adminListen == nil)
        #expect(settings.effective.contains(EffectiveSetting("WXGATE_ADMIN_LISTEN", value: "", isDefault: false)))
        #expect(settings.warnings.isEmpty)
    }

    /// Two mean something by it, and a third is set in what is compared with.
    private static let specialWhenEmpty = ["WXGATE_ADMIN_LISTEN", "WXGATE_QR_REFUSED_SCENES", "WXGATE_SITE"]

    @Test(arguments: SettingVariable.supported.map(\.name).filter { !specialWhenEmpty.contains($0) })
    func `an empty value counts as unset`(_ variable: String) throws {
        let required = ["WXGATE_APPID", "WXGATE_SECRET"]
        if required.contains(variable) {
            #expect(SampleEnvironment.mistakes([variable: ""]).map(\.variable) == [variable])
        } else {
            let settings = try SampleEnvironment.settings([variable: ""])
            #expect(settings.effective == (try SampleEnvironment.settings()).effective)
            #expect(settings.warnings.isEmpty)
        }
    }

    @Test func `every supported variable is read and reported`() throws {
        let names = try SampleEnvironment.settings().effective.map(\.name)
        #expect(names == SettingVariable.supported.map(\.name))
    }

    @Test func `the table knows every name of the contract and no other`() {
        let contract: Set<String> = [
            "LISTEN", "ADMIN_LISTEN", "ADMIN_KEY", "ADMIN_KEYS_FILE", "ADMIN_TLS_CERT", "ADMIN_TLS_KEY", "LOOPS",
            "APPID",
            "SECRET", "APPS_FILE", "SITE", "WECHAT_URLS", "WECHAT_CA_FILE", "UPSTREAM_TIMEOUT_MS",
            "UPSTREAM_CONNECTIONS", "UPSTREAM_INFLIGHT", "UPSTREAM_CLIENT", "CODE_REPLAY_MS", "DATA_DIR", "STORE",
            "SESSION_STORE",
            "SESSION_TTL", "SESSION_MAX_AGE", "SESSIONS_PER_USER", "TOKEN_ALG", "TOKEN_KEY_FILE", "DATA_KEY",
            "ACCESS_TOKEN_MODE", "ACCESS_TOKEN_AHEAD", "QR_TTL", "QR_PAGE", "QR_ENV_VERSION", "QR_POOL",
            "QR_REFUSED_SCENES", "QR_LINK", "WEB_COOKIE", "RETURN_ORIGINS", "QR_POLLS_PER_IP", "RATE_SCANS_PER_USER",
            "RATE_LOGIN_PER_IP", "RATE_QR_PER_IP", "RATE_BAD_CODES_PER_IP", "TRUSTED_PROXIES", "CORS_ORIGINS",
            "MAX_CONNECTIONS", "MAX_BODY", "MAX_HEADERS", "HEADER_TIMEOUT_MS", "BODY_TIMEOUT_MS", "IDLE_TIMEOUT_MS",
            "DRAIN_TIMEOUT_MS", "TLS_CERT", "TLS_KEY", "LOG_LEVEL", "LOG_FORMAT",
        ]
        let names = SettingVariable.all.map(\.name)
        #expect(Set(names) == Set(contract.map { "WXGATE_" + $0 }))
        #expect(names.count == contract.count)
        let withFileForm = SettingVariable.all.filter(\.hasFileForm).map(\.name)
        #expect(Set(withFileForm) == ["WXGATE_SECRET", "WXGATE_ADMIN_KEY", "WXGATE_DATA_KEY"])
    }
}
