import Testing

@testable import wxgate

@Suite struct SettingsWarningTests {
    @Test(
        arguments: [
            ("WXGATE_LISTN", "WXGATE_LISTEN"), ("WXGATE_SECERT", "WXGATE_SECRET"), ("WXGATE_APP_ID", "WXGATE_APPID"),
            ("WXGATE_SECRET_FIL", "WXGATE_SECRET_FILE"), ("WXGATE_listen", "WXGATE_LISTEN"),
            ("WXGATE_LOG_LEVEL_", "WXGATE_LOG_LEVEL"), ("WXGATE_QR_PAG", "WXGATE_QR_PAGE"),
        ]
    )
    func `an unknown name is a warning with the nearest known one`(_ name: String, _ nearest: String) throws {
        let settings = try SampleEnvironment.settings([name: "a-value-nobody-shows"])
        #expect(settings.warnings == ["\(name): unknown variable, ignored; the nearest known name is \(nearest)"])
    }

    @Test func `an unknown name cannot forge a line`() throws {
        let settings = try SampleEnvironment.settings(["WXGATE_X\nFORGED": "1"])
        #expect(settings.warnings.count == 1)
        #expect(settings.warnings.allSatisfy { !$0.contains("\n") && $0.contains(#"WXGATE_X\nFORGED"#) })
    }

    @Test func `names that do not begin like ours are nobody's business`() throws {
        let others = ["WXGAT_LISTEN": "x", "PATH": "x", "MY_WXGATE_LISTEN": "x", "WXGATE": "x"]
        #expect(try SampleEnvironment.settings(others).warnings.isEmpty)
    }

    @Test func `a name of a later version is a warning that says so`() throws {
        for variable in SettingVariable.later where !variable.name.contains("_TLS_") {
            let names = variable.hasFileForm ? [variable.name, variable.fileName] : [variable.name]
            for name in names {
                let warnings = try SampleEnvironment.settings([name: "on"]).warnings
                #expect(warnings == ["\(name): not supported by this version yet, it has no effect"])
                #expect(try SampleEnvironment.settings([name: ""]).warnings.isEmpty)
            }
        }
    }

    @Test(arguments: ["WXGATE_TLS_CERT", "WXGATE_TLS_KEY", "WXGATE_ADMIN_TLS_CERT", "WXGATE_ADMIN_TLS_KEY"])
    func `TLS that is asked for and not there stops the start`(_ name: String) {
        let mistakes = SampleEnvironment.mistakes([name: "/etc/ssl/file.pem"])
        #expect(mistakes.map(\.variable) == [name])
        #expect(mistakes.first?.description.contains("plain HTTP would be served instead") == true)
    }

    @Test(
        arguments: [
            ("0.0.0.0:9090", 1), ("[::]:9090", 1), ("10.0.0.1:9090", 1), ("127.0.0.2:9090", 0), ("[::1]:9090", 0),
            ("[::ffff:127.0.0.1]:9090", 0),
        ]
    )
    func `an operator's address off this machine is a warning`(_ address: String, _ count: Int) throws {
        let warnings = try SampleEnvironment.settings(["WXGATE_ADMIN_LISTEN": address]).warnings
        #expect(warnings.count == count)
        #expect(warnings.allSatisfy { $0.contains(address) && $0.contains("plain HTTP") })
    }

    @Test func `keys that nobody can use are a warning`() throws {
        let key = "a-key-of-28-characters-or-so"
        let warnings = try SampleEnvironment.settings(["WXGATE_ADMIN_LISTEN": "", "WXGATE_ADMIN_KEY": key]).warnings
        #expect(warnings == ["WXGATE_ADMIN_LISTEN is empty: nobody can use the configured operators' keys"])
    }

    @Test func `a key for an app that is not there is a warning`() throws {
        let directory = try TemporaryDirectory()
        let digest = String(repeating: "0a", count: 32)
        let path = try directory.file(
            "admin.json",
            #"[{"name":"x","sha256":"\#(digest)","scopes":["users"],"appids":["wx4f4bc4dec97d474b","wx0000000000000009"]}]"#
        )
        let warnings = try SampleEnvironment.settings(["WXGATE_ADMIN_KEYS_FILE": path]).warnings
        #expect(warnings == [#"WXGATE_ADMIN_KEYS_FILE: key "x": wx0000000000000009 is not configured"#])
    }

    @Test(arguments: [("604799", 1), ("604800", 0)])
    func `sessions that no refresh prolongs are a warning`(_ maxAge: String, _ count: Int) throws {
        let warnings = try SampleEnvironment.settings(["WXGATE_SESSION_MAX_AGE": maxAge]).warnings
        #expect(warnings.count == count)
        #expect(warnings.allSatisfy { $0.contains("WXGATE_SESSION_TTL") })
    }

    @Test(
        arguments: [
            ("http://api.weixin.qq.com", 1), ("http://10.0.0.1,https://b.example", 1), ("http://127.0.0.2:8090", 0),
            ("http://[::1]:8090", 0), ("http://localhost:8090/x", 0), ("https://a.example", 0),
            ("http://localhost.example", 1),
        ]
    )
    func `an upstream without encryption is a warning unless it is this machine`(_ urls: String, _ count: Int) throws {
        let warnings = try SampleEnvironment.settings(["WXGATE_WECHAT_URLS": urls]).warnings
        #expect(warnings.count == count)
        #expect(warnings.allSatisfy { $0.contains("without encryption") })
    }

    @Test func `trusting everybody is a warning`() throws {
        let warnings = try SampleEnvironment.settings(["WXGATE_TRUSTED_PROXIES": "0.0.0.0/0,::/0,10.0.0.0/8"]).warnings
        #expect(warnings.count == 2)
    }

    @Test func `a secret that WeChat would not make is a warning without it`() throws {
        let warnings = try SampleEnvironment.settings(["WXGATE_SECRET": "not-thirty-two-hex"]).warnings
        #expect(warnings == ["the secret of wx4f4bc4dec97d474b is not 32 hex digits in lower case as WeChat's are"])
    }

    @Test func `mistakes do not hide warnings`() {
        let environment = ["WXGATE_LOOPS": "x", "WXGATE_LOPS": "1"].merging(SampleEnvironment.minimal) { $1 }
        #expect {
            try Settings(environment: environment, host: SampleEnvironment.host)
        } throws: { error in
            (error as? SettingsError)?.warnings.count == 1 && (error as? SettingsError)?.mistakes.count == 1
        }
    }
}
