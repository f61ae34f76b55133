import Testing
import WeChat

@testable import Doctor

@Suite struct QuotaDiagnosisTests {
    private func finding(_ used: Int, of limit: Int, remaining: Int? = nil) -> Finding {
        let daily = APIQuota.Daily(limit: limit, used: used, remaining: remaining ?? limit - used)
        return QuotaDiagnosis.finding(.success(APIQuota(daily: daily, rate: nil)), appID: "wx1", path: "/a")
    }

    @Test(
        arguments: [
            (0, 2000, .ok), (1599, 2000, .ok), (1600, 2000, .warn), (1999, 2000, .warn), (2000, 2000, .fail),
            (3000, 2000, .fail), (79, 100, .ok), (80, 100, .warn), (Int.max, Int.max, .fail), (0, Int.max, .ok),
        ] as [(Int, Int, Finding.Status)]
    )
    func `from 80 per cent it warns, at 100 it fails`(used: Int, limit: Int, status: Finding.Status) {
        let finding = finding(used, of: limit)
        #expect(finding.status == status)
        #expect(finding.text == "\(used) of \(limit) calls of today are used")
        #expect(finding.subject == "wx1 /a")
        #expect((finding.remedy == nil) == (status == .ok))
    }

    @Test func `nothing left is nothing left, whatever the count says`() {
        #expect(finding(1990, of: 2000, remaining: 0).status == .fail)
    }

    @Test func `a limit of zero is none`() {
        #expect(finding(7, of: 0).status == .ok)
    }

    @Test func `a rate is told`() {
        let quota = APIQuota(daily: nil, rate: APIQuota.Rate(calls: 5000, seconds: 60))
        let finding = QuotaDiagnosis.finding(.success(quota), appID: "wx1", path: "/a")
        #expect(finding.description == "ok quota wx1 /a: no limit of a day, 5000 in 60 s at most")
    }

    @Test(arguments: [76021, 76022, 40066]) func `a path without a quota is no fault`(errcode: Int) {
        let error = WeChatError.refused(WeChatRefusal(errcode: errcode, errmsg: "words"))
        let finding = QuotaDiagnosis.finding(.failure(error), appID: "wx1", path: "/a")
        #expect(finding.status == .skip)
        #expect(finding.text.contains("errcode \(errcode)"))
    }

    @Test(arguments: [40001, 48001, 45009]) func `any other refusal is one`(errcode: Int) {
        let error = WeChatError.refused(WeChatRefusal(errcode: errcode, errmsg: "words"))
        let finding = QuotaDiagnosis.finding(.failure(error), appID: "wx1", path: "/a")
        #expect(finding.status == .fail && finding.check == .quota && finding.remedy != nil)
    }

    @Test func `the token of the mode is among the paths`() {
        let stable = ["/cgi-bin/stable_token", "/wxa/business/getuserphonenumber", "/wxa/getwxacodeunlimit"]
        #expect(QuotaDiagnosis.paths(.stable) == stable)
        #expect(QuotaDiagnosis.paths(.legacy) == ["/cgi-bin/token"] + stable)
    }
}
