import Testing
import WeChat

@testable import Doctor

@Suite struct LoginDiagnosisTests {
    private func finding(_ errcode: Int) -> Finding {
        let error = WeChatError.refused(WeChatRefusal(errcode: errcode, errmsg: "words"))
        return LoginDiagnosis.finding(.failure(error), appID: "wx1")
    }

    @Test func `the made-up code can be sent`() {
        #expect(LoginCode(LoginDiagnosis.madeUpCode) != nil)
    }

    @Test func `40029 shows that everything before the code is right`() {
        #expect(finding(40029).description.hasPrefix("ok login wx1: "))
    }

    @Test(arguments: [
        40125, 40013, 40164, 40243, 41008, 40163, 40226, 45009, 50002, 89503, 40029 + 1, 40001, 48001, 12345,
    ])
    func `anything else is a failure of the login, with its remedy`(errcode: Int) {
        let finding = finding(errcode)
        #expect(finding.status == .fail && finding.check == .login)
        #expect(finding.text.contains("errcode \(errcode)"))
        #expect(finding.remedy?.isEmpty == false)
    }

    @Test func `40001 is the secret here, since there is no access_token`() {
        #expect(finding(40001).text.hasPrefix("WeChat does not take the AppSecret"))
    }

    @Test(arguments: [-1, 45011]) func `what passes by itself is a warning`(errcode: Int) {
        #expect(finding(errcode).status == .warn)
    }

    @Test func `whoever takes a made-up code is not WeChat`() throws {
        let key = try #require(SessionKey("tiihtNczf5v6AKRyjwEUhQ=="))
        let session = WeChatSession(openID: "o1", unionID: nil, sessionKey: key)
        let finding = LoginDiagnosis.finding(.success(session), appID: "wx1")
        #expect(finding.status == .warn)
        #expect(finding.remedy?.contains("simulator") == true)
    }
}
