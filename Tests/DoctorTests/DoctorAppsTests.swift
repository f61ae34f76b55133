import TestSupport
import Testing
import WeChat
import WeChatSimulator

@testable import Doctor

/// The apps, each with what can be wrong with it.
@Suite struct DoctorAppsTests {
    private func examine(
        _ rules: [FaultRule] = [],
        _ change: @Sendable (inout SimulatedApp) throws -> Void = { _ in },
        secret: String = DefaultApp.secret,
        configure: @Sendable (inout DoctorConfiguration) throws -> Void = { _ in }
    ) async throws -> (report: DoctorReport, counters: SimulatorCounters) {
        try await withSimulator { simulator, base in
            var app = SimulatedApp(appid: DefaultApp.appid, secret: DefaultApp.secret)
            try change(&app)
            try simulator.putApp(app)
            simulator.setFaults(FaultPlan(rules: rules))
            var configuration = try DoctorConfiguration.of([base], secret: secret)
            try configure(&configuration)
            return (try await DoctorTests.examine(configuration), simulator.counters)
        }
    }

    @Test func `all is well, and one call of each kind shows it`() async throws {
        let (report, counters) = try await examine()
        #expect(report.isHealthy)
        #expect(report.failed == [])
        #expect(Set(report.findings.map(\.check)) == Set(Check.allCases))
        let skipped = report.findings.filter { $0.status != .ok }.map(\.check)
        #expect(skipped == [.ca, .tls], "\(report.text)")
        #expect(counters.requests["/cgi-bin/stable_token"]?.total == 1)
        #expect(counters.requests["/sns/jscode2session"]?.errcodes == [40029: 1])
        #expect(counters.requests["/cgi-bin/openapi/quota/get"]?.total == 3)
        #expect(counters.requests["/wxa/getwxacodeunlimit"]?.errcodes == [0: 1])
        #expect(counters.requests["/cgi-bin/token"] == nil)
    }

    @Test func `a wrong secret`() async throws {
        let secret = "f123456789abcdef0123456789abcdef"
        let (report, _) = try await examine(secret: secret)
        #expect(report.failed == [.secret, .login])
        #expect(
            try report.only(.secret).description.hasPrefix("fail secret \(appID): WeChat does not take the AppSecret")
        )
        #expect(report.status(of: .quota) == [.skip, .skip, .skip])
        #expect(!report.isHealthy)
        #expect(!report.text.contains(secret))
    }

    @Test func `an AppID that nobody knows`() async throws {
        let (report, _) = try await examine(configure: { configuration in
            let id = try #require(AppID("wx0000000000000000"))
            configuration.apps[0].weChat = WeChatApp(id: id, secret: configuration.apps[0].weChat.secret)
        })
        #expect(report.failed == [.appID, .login])
    }

    @Test func `a frozen secret`() async throws {
        let (report, _) = try await examine([], { $0.isFrozen = true })
        #expect(report.failed == [.frozen, .login])
    }

    @Test func `a white list without our address names the address`() async throws {
        let (report, _) = try await examine([], { $0.ipWhiteList = IPWhiteList(["203.0.113.7"]) })
        #expect(report.failed == [.ipWhiteList, .login])
        let finding = try report.only(.ipWhiteList)
        #expect(finding.text.contains("WeChat saw 127.0.0.1 ("))
        #expect(finding.remedy?.hasPrefix("add 127.0.0.1 to the IP white list") == true)
    }

    @Test func `a white list that allows us on the token path only`() async throws {
        let refusal = Fault.errcode(40164, errmsg: "invalid ip 14.22.81.196 ipv6 ::ffff:14.22.81.196, not in whitelist")
        let (report, _) = try await examine([FaultRule(refusal, path: "/sns/jscode2session")])
        #expect(try report.only(.ipWhiteList).status == .ok)
        #expect(try report.only(.login).status == .fail)
        #expect(try report.only(.login).text.contains("WeChat saw 14.22.81.196"))
    }

    @Test(
        arguments: [
            (89501, .ipRisk), (89503, .ipRisk), (89506, .ipRisk), (89507, .ipRisk), (50002, .account),
            (50004, .account),
            (50007, .account),
        ] as [(Int, Check)]
    )
    func `WeChat's risk control, and accounts in trouble`(errcode: Int, check: Check) async throws {
        let (report, _) = try await examine([
            FaultRule(.errcode(errcode, errmsg: "words"), path: "/cgi-bin/stable_token")
        ])
        #expect(report.failed == [check])
        #expect(try report.only(.login).status == .ok)
    }

    @Test func `the token endpoint's calls are used up`() async throws {
        let (report, _) = try await examine([FaultRule(.errcode(45009), path: "/cgi-bin/stable_token")])
        #expect(report.failed == [.quota])
        let quotas = report.findings.filter { $0.check == .quota }
        #expect(quotas.map(\.subject) == QuotaDiagnosis.paths(.stable).map { "\(appID) \($0)" })
        #expect(quotas.map(\.status) == [.fail, .skip, .skip])
    }

    /// The doctor's own call is one of them.
    @Test(arguments: [(1, .fail), (2, .ok)] as [(Int, Finding.Status)])
    func `a quota that is used up to its last call`(limit: Int, status: Finding.Status) async throws {
        let (report, _) = try await examine([], { $0.accessTokens.stablePerDayMax = limit })
        let quota = try #require(report.findings.first { $0.check == .quota })
        #expect(quota.status == status)
        #expect(quota.subject == "\(appID) /cgi-bin/stable_token")
        #expect(quota.text.hasPrefix("1 of \(limit) calls of today are used"))
        #expect(report.isHealthy == (status == .ok))
    }

    @Test(arguments: IPRisk.allCases) func `an address that the administrator must confirm`(risk: IPRisk) async throws {
        let (report, _) = try await examine([], { $0.accessTokens.ipRisk = risk })
        #expect(report.failed == [.ipRisk])
        #expect(try report.only(.ipRisk).text.contains("(errcode \(risk.rawValue)"))
    }

    @Test func `WeChat is busy`() async throws {
        let (report, _) = try await examine([FaultRule(.errcode(-1), path: "/cgi-bin/stable_token")])
        #expect(try report.only(.accessToken).status == .warn)
        #expect(report.failed == [])
        #expect(report.isHealthy)
    }

    @Test func `the token path hangs while the base answers`() async throws {
        let (report, _) = try await examine(
            [FaultRule(.hang, path: "/cgi-bin/stable_token")],
            configure: { $0.timeoutMilliseconds = 300 }
        )
        #expect(report.failed == [.accessToken])
        #expect(try report.only(.accessToken).text == "no reply in time")
        #expect(try report.only(.login).status == .ok)
    }

    @Test func `the page is not published`() async throws {
        let (report, _) = try await examine([], { $0.publishedPages = ["pages/index/index"] })
        #expect(report.failed == [.qrPage])
        let finding = try report.only(.qrPage)
        #expect(finding.status == .fail)
        #expect(finding.text.hasPrefix("pages/login/index: the published version has no such page"))
    }

    @Test func `in legacy mode the doctor warns, and fetches no legacy token`() async throws {
        let (report, counters) = try await examine(configure: { $0.tokenMode = .legacy })
        let mode = try report.only(.tokenMode)
        #expect(mode.status == .warn)
        #expect(mode.text.contains("whatever else fetches /cgi-bin/token ends the gateway's token"))
        #expect(counters.requests["/cgi-bin/stable_token"]?.total == 1)
        #expect(counters.requests["/cgi-bin/token"] == nil)
    }

    @Test func `the version for testers has no page to check`() async throws {
        let (report, counters) = try await examine(configure: { $0.qrEnvironment = .trial })
        #expect(try report.only(.qrPage).status == .skip)
        #expect(counters.requests["/wxa/getwxacodeunlimit"] == nil)
    }

    @Test func `every app has its own lines`() async throws {
        let (report, _) = try await examine(configure: { configuration in
            let id = try #require(AppID("wx0000000000000000"))
            var other = configuration.apps[0]
            other.weChat = WeChatApp(id: id, secret: other.weChat.secret)
            configuration.apps.append(other)
        })
        let lines = report.findings.filter { $0.check == .secret || $0.check == .appID }.map(\.description)
        #expect(lines.count == 4)
        #expect(lines[0].hasPrefix("ok appid \(appID):") && lines[1].hasPrefix("ok secret \(appID):"))
        #expect(lines[2].hasPrefix("fail appid wx0000000000000000:"))
        #expect(lines[3].hasPrefix("skip secret wx0000000000000000:"))
    }

    @Test func `a secret in WeChat's own words is hidden`() async throws {
        let echo = Fault.errcode(40097, errmsg: "invalid args \(DefaultApp.secret)")
        let (report, _) = try await examine([FaultRule(echo, path: "/cgi-bin/stable_token")])
        #expect(try report.only(.accessToken).text.contains("invalid args …"))
        #expect(!report.text.contains(DefaultApp.secret))
    }

    @Test func `a secret too short to look like one is hidden too`() async throws {
        let secret = "sixteen-letters!"
        let echo = Fault.errcode(40097, errmsg: "invalid args \(secret)")
        let (report, _) = try await examine([FaultRule(echo, path: "/cgi-bin/stable_token")], secret: secret)
        #expect(try report.only(.accessToken).text.contains("invalid args ****"))
    }
}
