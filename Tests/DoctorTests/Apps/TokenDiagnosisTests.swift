import Testing
import WeChat

@testable import Doctor

@Suite struct TokenDiagnosisTests {
    static let checks: [Check] = [.appID, .secret, .frozen, .account, .ipWhiteList, .ipRisk, .accessToken]

    /// The findings after a reply of this errcode, as the client would understand it.
    private func findings(_ errcode: Int, _ errmsg: String = "words") -> [Finding] {
        let body = #"{"errcode":\#(errcode),"errmsg":"\#(errmsg) rid: 621361a0-517390f9-41f464e7"}"#
        do throws(WeChatError) {
            let issued = try AccessTokenReply.parse(status: 200, body: Array(body.utf8))
            return TokenDiagnosis.findings(.success(issued), appID: "wx1")
        } catch {
            return TokenDiagnosis.findings(.failure(error), appID: "wx1")
        }
    }

    @Test func `a token says that all is well`() throws {
        let issued = IssuedAccessToken(token: try #require(AccessToken("98_secret")), expiresIn: 345)
        let findings = TokenDiagnosis.findings(.success(issued), appID: "wx1")
        #expect(findings.map(\.check) == Self.checks)
        #expect(findings.allSatisfy { $0.status == .ok && $0.subject == "wx1" && $0.remedy == nil })
        #expect(findings.last?.text.contains("345 s") == true)
        #expect(!findings.contains { $0.description.contains("98_secret") })
    }

    /// Errcode, where it belongs, and what the remedy says.
    @Test(
        arguments: [
            (40013, .appID, "WXGATE_APPID"), (41002, .appID, "WXGATE_APPID"), (61024, .appID, "mini-program's own"),
            (40125, .secret, "WXGATE_SECRET"), (40001, .secret, "WXGATE_SECRET"), (41004, .secret, "WXGATE_SECRET"),
            (42001, .secret, "WXGATE_SECRET"), (40243, .frozen, "unfreeze"), (50002, .account, "settle"),
            (50004, .account, "settle"), (50007, .account, "settle"), (48004, .account, "settle"),
            (48001, .account, "permission"), (40164, .ipWhiteList, "white list"), (89501, .ipRisk, "some minutes"),
            (89503, .ipRisk, "confirms"), (89506, .ipRisk, "24 hours"), (89507, .ipRisk, "1 hour"),
            (89599, .ipRisk, "administrator"), (40002, .accessToken, "errcode 40002"),
        ] as [(Int, Check, String)]
    )
    func `each errcode fails its own check, with errcode, rid and a remedy`(
        errcode: Int,
        check: Check,
        remedy: String
    ) throws {
        let findings = findings(errcode)
        #expect(findings.map(\.check) == Self.checks)
        let failed = try #require(findings.first { $0.status == .fail })
        #expect(failed.check == check)
        #expect(failed.text.contains("(errcode \(errcode), words, rid 621361a0-517390f9-41f464e7)"))
        #expect(failed.remedy?.contains(remedy) == true, "\(failed)")
        for other in findings where other.check != check {
            #expect(other.status == .skip)
            #expect(other.text.contains("see \(check.rawValue)"))
        }
    }

    @Test func `the white list's line names the address to add`() throws {
        let errmsg = "invalid ip 14.22.81.196 ipv6 ::ffff:14.22.81.196, not in whitelist"
        let line = try #require(findings(40164, errmsg).first { $0.check == .ipWhiteList }).description
        #expect(line.hasPrefix("fail ip_whitelist wx1: "))
        #expect(line.contains("WeChat saw 14.22.81.196 ("))
        #expect(line.contains("; remedy: add 14.22.81.196 to the IP white list"))
    }

    @Test func `how long an address is blocked is in the line`() {
        #expect(findings(89506)[5].text.contains("twice: blocked for 24 hours"))
        #expect(findings(89507)[5].text.contains("blocked for 1 hour"))
    }

    @Test func `a quota of the token endpoint is told as a quota`() throws {
        let day = findings(45009)
        #expect(day.filter { $0.status == .skip }.count == Self.checks.count)
        let last = try #require(day.last)
        #expect(last.description.hasPrefix("fail quota wx1 /cgi-bin/stable_token: today's calls are used up"))
        #expect(findings(45011).last?.status == .warn)
    }

    @Test func `what passes by itself is a warning, and what does not is a failure`() {
        let busy = findings(-1)
        #expect(busy.last?.status == .warn && busy.last?.check == .accessToken)
        for error in [WeChatError.timeout, .connection(reason: "x"), .invalidReply(reason: "x"), .cancelled] {
            let findings = TokenDiagnosis.findings(.failure(error), appID: "wx1")
            #expect(findings.last?.status == .fail && findings.last?.check == .accessToken)
            #expect(findings.last?.remedy != nil)
        }
    }
}
