import Testing

@testable import wxgate

@Suite struct SettingsTextTests {
    @Test(arguments: SettingVariable.all.map(\.name))
    func `help names every variable`(_ name: String) {
        #expect(SettingsText.help.contains(name))
    }

    @Test func `help tells every default and meaning`() {
        let words = SettingsText.help.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for variable in SettingVariable.supported {
            #expect(words.contains(variable.meaning))
            switch variable.standard {
            case .text(let text), .described(let text):
                let name = variable.hasFileForm ? variable.fileName : variable.name
                #expect(words.contains("\(name) (default: \(text))"))
            case .required(let condition): #expect(words.contains("(required \(condition))"))
            }
        }
    }

    @Test func `help fits a terminal of 80 columns`() {
        for line in SettingsText.help.split(separator: "\n") { #expect(line.count <= 78, "\(line)") }
    }

    @Test func `the effective configuration can be used as an environment file`() throws {
        let environment = SampleEnvironment.minimal.merging([
            "WXGATE_LISTEN": "[::1]:81", "WXGATE_SESSIONS_PER_USER": "web=5", "WXGATE_TRUSTED_PROXIES": "10.9.9.9/8",
        ]) { $1 }
        let settings = try Settings(environment: environment, host: SampleEnvironment.host)
        let lines = SettingsText.effective(settings).split(separator: "\n")
        #expect(
            lines.filter { !$0.hasPrefix("#") } == [
                "WXGATE_LISTEN=[::1]:81", "WXGATE_APPID=wx4f4bc4dec97d474b", "WXGATE_SECRET=****",
                "WXGATE_SESSIONS_PER_USER=mini=1,web=5", "WXGATE_SITE=Shop", "WXGATE_TRUSTED_PROXIES=10.0.0.0/8",
            ]
        )
        #expect(lines.contains("# WXGATE_MAX_BODY=65536"))
        #expect(lines.last == "# app wx4f4bc4dec97d474b, secret ****")
    }
}
