import Testing
import WeChat

@testable import wxgate

/// The variables about web logins and browsers.
@Suite struct WebLoginSettingsTests {
    @Test func `without any of them web logins go by the contract`() throws {
        let settings = try Settings(environment: SampleEnvironment.required, host: SampleEnvironment.host)
        let web = settings.web
        #expect(web.site == nil)
        #expect(web.ticketTTLSeconds == 120)
        #expect(web.page == "pages/login/index")
        #expect(web.environment == .release)
        #expect(web.poolSize == 16)
        #expect(
            web.refusedLaunchScenes == [1007, 1008, 1010, 1012, 1013, 1036, 1037, 1044, 1048, 1049, 1065, 1069, 1194]
        )
        #expect(web.allowsLinks && web.setsCookie)
        #expect(web.returnOrigins.isEmpty && web.corsOrigins.isEmpty)
        #expect(web.pollsPerAddress == 0 && web.wrongScenesPerUser == 30 && web.ticketsPerAddress == 60)
    }

    /// Each line: variable, value, how `--check-config` writes it.
    private static let goodValues: [(String, String, String)] = [
        ("WXGATE_SITE", "x", "x"), ("WXGATE_SITE", "My shop, 我的商店 🛍", "My shop, 我的商店 🛍"),
        ("WXGATE_SITE", String(repeating: "店", count: 64), String(repeating: "店", count: 64)),
        ("WXGATE_QR_TTL", "1", "1"), ("WXGATE_QR_TTL", "3600", "3600"),
        ("WXGATE_QR_PAGE", "p", "p"),
        ("WXGATE_QR_PAGE", "packageA/pages-1/log_in/index.v2", "packageA/pages-1/log_in/index.v2"),
        ("WXGATE_QR_PAGE", String(repeating: "p", count: 128), String(repeating: "p", count: 128)),
        ("WXGATE_QR_ENV_VERSION", "release", "release"), ("WXGATE_QR_ENV_VERSION", "trial", "trial"),
        ("WXGATE_QR_ENV_VERSION", "develop", "develop"),
        ("WXGATE_QR_POOL", "0", "0"), ("WXGATE_QR_POOL", "1000", "1000"),
        ("WXGATE_QR_REFUSED_SCENES", "1044", "1044"), ("WXGATE_QR_REFUSED_SCENES", "9999,1,1007", "1,1007,9999"),
        ("WXGATE_QR_LINK", "on", "on"), ("WXGATE_QR_LINK", "off", "off"),
        ("WXGATE_WEB_COOKIE", "on", "on"), ("WXGATE_WEB_COOKIE", "off", "off"),
        ("WXGATE_QR_POLLS_PER_IP", "0", "0"), ("WXGATE_QR_POLLS_PER_IP", "1000000", "1000000"),
        ("WXGATE_RATE_SCANS_PER_USER", "0", "0"), ("WXGATE_RATE_SCANS_PER_USER", "1000000", "1000000"),
        ("WXGATE_RATE_QR_PER_IP", "0", "0"), ("WXGATE_RATE_QR_PER_IP", "1000000", "1000000"),
    ]

    @Test(arguments: goodValues)
    func `a good value takes effect`(_ variable: String, _ value: String, _ written: String) throws {
        let settings = try SampleEnvironment.settings([variable: value])
        #expect(settings.effective.contains(EffectiveSetting(variable, value: written, isDefault: false)))
        #expect(settings.warnings.isEmpty)
    }

    private static let badValues: [(String, String)] = [
        ("WXGATE_SITE", "a\nb"), ("WXGATE_SITE", "a\u{7F}"), ("WXGATE_SITE", "a\u{202E}b"),
        ("WXGATE_SITE", String(repeating: "x", count: 65)),
        ("WXGATE_QR_TTL", "0"), ("WXGATE_QR_TTL", "3601"), ("WXGATE_QR_TTL", "2m"), ("WXGATE_QR_TTL", "-1"),
        ("WXGATE_QR_PAGE", "/pages/login/index"), ("WXGATE_QR_PAGE", "pages/login/index?a=1"),
        ("WXGATE_QR_PAGE", "pages/login index"), ("WXGATE_QR_PAGE", "pages/登录"),
        ("WXGATE_QR_PAGE", String(repeating: "p", count: 129)), ("WXGATE_QR_ENV_VERSION", "Release"),
        ("WXGATE_QR_ENV_VERSION", "develop,trial"), ("WXGATE_QR_POOL", "1001"), ("WXGATE_QR_POOL", "off"),
        ("WXGATE_QR_REFUSED_SCENES", "none"), ("WXGATE_QR_REFUSED_SCENES", "1007,"),
        ("WXGATE_QR_REFUSED_SCENES", "1007, 1008"), ("WXGATE_QR_REFUSED_SCENES", "0"),
        ("WXGATE_QR_REFUSED_SCENES", "10000"), ("WXGATE_QR_REFUSED_SCENES", "1007,1007"),
        ("WXGATE_QR_REFUSED_SCENES", "1007;1008"), ("WXGATE_QR_REFUSED_SCENES", " "),
        ("WXGATE_QR_LINK", "yes"), ("WXGATE_QR_LINK", "On"), ("WXGATE_QR_LINK", "1"), ("WXGATE_QR_LINK", "false"),
        ("WXGATE_WEB_COOKIE", "no"), ("WXGATE_WEB_COOKIE", "OFF"), ("WXGATE_WEB_COOKIE", "0"),
        ("WXGATE_QR_POLLS_PER_IP", "1000001"), ("WXGATE_QR_POLLS_PER_IP", "off"),
        ("WXGATE_RATE_SCANS_PER_USER", "1000001"), ("WXGATE_RATE_SCANS_PER_USER", "30/m"),
        ("WXGATE_RATE_QR_PER_IP", "1000001"), ("WXGATE_RATE_QR_PER_IP", "-1"),
    ]

    @Test(arguments: badValues)
    func `a bad value is one mistake of one line`(_ variable: String, _ value: String) {
        let mistakes = SampleEnvironment.mistakes([variable: value])
        #expect(mistakes.map(\.variable) == [variable])
        #expect(mistakes.allSatisfy { !$0.description.contains("\n") && $0.allowed?.isEmpty == false })
    }

    @Test func `launch scenes that are set to nothing are none`() throws {
        let settings = try SampleEnvironment.settings(["WXGATE_QR_REFUSED_SCENES": ""])
        #expect(settings.web.refusedLaunchScenes.isEmpty)
        #expect(settings.effective.contains(EffectiveSetting("WXGATE_QR_REFUSED_SCENES", value: "", isDefault: false)))
    }

    // MARK: - Origins

    private static let goodOrigins = [
        ("https://shop.example", "https://shop.example"), ("http://localhost:3000", "http://localhost:3000"),
        ("HTTPS://Shop.Example", "https://shop.example"), ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"), ("https://shop.example:80", "https://shop.example:80"),
        ("http://shop.example:443", "http://shop.example:443"), ("https://192.0.2.1:8443", "https://192.0.2.1:8443"),
        ("http://[::1]:8080", "http://[::1]:8080"), ("https://[2001:DB8:0:0::1]", "https://[2001:db8::1]"),
        ("https://xn--fiq228c.example", "https://xn--fiq228c.example"),
        (
            "https://b.example,https://a.example,http://a.example",
            "https://b.example,https://a.example,http://a.example"
        ),
    ]

    @Test(arguments: ["WXGATE_CORS_ORIGINS", "WXGATE_RETURN_ORIGINS"], goodOrigins)
    func `origins are kept as browsers write them`(_ variable: String, _ origins: (String, String)) throws {
        let settings = try SampleEnvironment.settings([variable: origins.0])
        #expect(settings.effective.contains(EffectiveSetting(variable, value: origins.1, isDefault: false)))
        let read = variable == "WXGATE_CORS_ORIGINS" ? settings.web.corsOrigins : settings.web.returnOrigins
        #expect(read.map(\.description).joined(separator: ",") == origins.1)
    }

    private static let badOrigins = [
        "*", "null", "https://*.shop.example", "https://*", "shop.example", "//shop.example", "https://", "https:///",
        "https://shop.example/", "https://shop.example/login", "https://shop.example?a", "https://shop.example#a",
        "https://u@shop.example", "https://u:p@shop.example", "ftp://shop.example", "wss://shop.example", "file://",
        "https://商店.example", "https://shop.example:0", "https://shop.example:65536", "https://shop.example:",
        "https://shop.example:+1", "https://shop example", "https://shop..example", "https://shop.example.",
        "https://1.2.3", "https://[::1", "https://[::g]", "https://[::ffff:192.0.2.1]", "https://a.example,",
        "https://a.example, https://b.example", "https://a.example,https://A.example:443", ",", " ",
        "https://a.example https://b.example", "https://a.example;", "https://a'b.example",
        (1...65).map { "https://a\($0).example" }.joined(separator: ","),
    ]

    @Test(arguments: ["WXGATE_CORS_ORIGINS", "WXGATE_RETURN_ORIGINS"], badOrigins)
    func `what is no origin is one mistake of one line`(_ variable: String, _ value: String) {
        let mistakes = SampleEnvironment.mistakes([variable: value])
        #expect(mistakes.map(\.variable) == [variable])
        #expect(mistakes.allSatisfy { $0.allowed?.contains("https://shop.example") == true })
    }

    @Test func `the words of a mistake name the origin by its place`() {
        let found = SampleEnvironment.mistakes(["WXGATE_CORS_ORIGINS": "https://a.example,https://b.example/"])
        #expect(found.map(\.fault) == ["origin 2: a path; an origin ends with the host or port"])
    }

    // MARK: - The name of the website

    @Test func `logins into a website without a name are a warning that says which`() throws {
        let nameless = try Settings(environment: SampleEnvironment.required, host: SampleEnvironment.host)
        #expect(
            nameless.warnings == [
                "WXGATE_SITE is not set: who confirms a web login of wx4f4bc4dec97d474b is not told to which site"
            ]
        )
        let directory = try TemporaryDirectory()
        let path = try directory.file(
            "apps.json",
            """
            [{"appid":"wx0000000000000001","secret":"\(SampleEnvironment.secret)","site":"Shop"},
             {"appid":"wx0000000000000002","secret":"\(SampleEnvironment.secret)"}]
            """
        )
        let half = try Settings(environment: ["WXGATE_APPS_FILE": path], host: SampleEnvironment.host)
        #expect(half.warnings.count == 1)
        #expect(half.warnings.allSatisfy { $0.contains("wx0000000000000002") && !$0.contains("wx0000000000000001") })
        let all = ["WXGATE_APPS_FILE": path, "WXGATE_SITE": "Mall"]
        #expect(try Settings(environment: all, host: SampleEnvironment.host).warnings.isEmpty)
    }

    @Test func `a wrong name is a mistake and no warning besides`() {
        #expect {
            try SampleEnvironment.settings(["WXGATE_SITE": "a\nb"])
        } throws: { error in
            (error as? SettingsError)?.mistakes.count == 1 && (error as? SettingsError)?.warnings.isEmpty == true
        }
    }
}
