import Testing
import WeChat

@testable import Doctor

@Suite struct QRPageDiagnosisTests {
    private func finding(_ error: WeChatError) -> Finding {
        QRPageDiagnosis.finding(.failure(error), appID: "wx1", page: "pages/a")
    }

    private func finding(_ errcode: Int) -> Finding {
        finding(.refused(WeChatRefusal(errcode: errcode, errmsg: "words")))
    }

    @Test func `a picture shows that the page is published`() throws {
        let picture = try #require(CodePicture([0xFF, 0xD8, 0xFF, 0xE0]))
        let finding = QRPageDiagnosis.finding(.success(picture), appID: "wx1", page: "pages/a")
        #expect(finding.description == "ok qr_page wx1: pages/a is published")
    }

    @Test func `41030 names the page and says what to do`() {
        let line = finding(41030).description
        #expect(line.hasPrefix("fail qr_page wx1: pages/a: the published version has no such page (errcode 41030"))
        #expect(line.contains("WXGATE_QR_PAGE") && line.contains("some minutes"))
    }

    @Test func `45009 is a limit of a minute here`() {
        #expect(finding(45009).status == .warn)
        #expect(finding(45009).text.contains("in this minute"))
        #expect(finding(45011).status == .warn)
    }

    @Test(arguments: [40097, 40129, 40169, 47001, 45063, 40001, 48001]) func `anything else is told`(errcode: Int) {
        let finding = finding(errcode)
        #expect(finding.status == .fail && finding.check == .qrPage)
        #expect(finding.text.contains("errcode \(errcode)") && finding.remedy != nil)
    }

    @Test(arguments: [UnlimitedCodeParameters.Environment.trial, .develop])
    func `pages of other versions cannot be checked`(environment: UnlimitedCodeParameters.Environment) {
        let finding = QRPageDiagnosis.skipped(environment, appID: "wx1")
        #expect(finding.status == .skip)
        #expect(finding.text.hasSuffix("opens \(environment.rawValue)"))
    }
}
