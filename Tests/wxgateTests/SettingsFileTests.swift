import Gateway
import Testing

@testable import wxgate

@Suite struct SettingsFileTests {
    private let directory: TemporaryDirectory
    private let appID = ["WXGATE_APPID": "wx4f4bc4dec97d474b"]

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func mistakes(_ changes: [String: String]) -> [SettingMistake] {
        SampleEnvironment.mistakes(exactly: appID.merging(changes) { $1 })
    }

    @Test(arguments: ["", "\n", "\r\n"])
    func `a secret comes from a file without its last newline`(_ ending: String) throws {
        let path = try directory.file("secret", SampleEnvironment.secret + ending)
        let environment = appID.merging(["WXGATE_SECRET_FILE": path]) { $1 }
        let settings = try Settings(environment: environment, host: SampleEnvironment.host)
        #expect(settings.apps.first?.secret.exposed == SampleEnvironment.secret)
        #expect(settings.effective.contains(EffectiveSetting("WXGATE_SECRET_FILE", value: path, isDefault: false)))
    }

    @Test func `both forms at once are a mistake that shows neither`() throws {
        let path = try directory.file("secret", SampleEnvironment.secret)
        let found = mistakes(["WXGATE_SECRET": SampleEnvironment.secret, "WXGATE_SECRET_FILE": path])
        #expect(
            found.map(\.description) == [
                "WXGATE_SECRET=****: WXGATE_SECRET_FILE is set as well; allowed: only one of the two"
            ]
        )
    }

    @Test func `an empty file form leaves the plain one alone`() throws {
        #expect(SampleEnvironment.mistakes(["WXGATE_SECRET_FILE": ""]).isEmpty)
    }

    @Test func `a file that is missing, empty, a directory, binary or endless is a mistake`() throws {
        let empty = try directory.file("empty", "")
        let newline = try directory.file("newline", "\n")
        let binary = try directory.file("binary", bytes: [0xff, 0xfe, 0x00])
        for path in [directory.path + "/none", empty, newline, directory.path, binary, "/dev/zero"] {
            let found = mistakes(["WXGATE_SECRET_FILE": path])
            #expect(found.map(\.variable) == ["WXGATE_SECRET_FILE"], "\(path)")
            #expect(found.first?.value == "\"\(path)\"")
        }
    }

    @Test func `a wrong secret in a file is a mistake that names the file and not the content`() throws {
        let path = try directory.file("secret", "two words and more")
        let found = mistakes(["WXGATE_SECRET_FILE": path])
        #expect(found.count == 1)
        #expect(found.first?.description.contains(path) == true)
        #expect(found.first?.description.contains("two words") == false)
    }

    @Test func `the secret itself in the place of its path is not shown`() {
        let found = mistakes(["WXGATE_SECRET_FILE": SampleEnvironment.secret])
        #expect(found.first?.value == "****")
        #expect(found.allSatisfy { !$0.description.contains(SampleEnvironment.secret) })
    }

    @Test func `token keys come newest first`() throws {
        let keys = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI="]
        let path = try directory.file("keys", keys.joined(separator: "\n") + "\n")
        let settings = try SampleEnvironment.settings(["WXGATE_TOKEN_KEY_FILE": path])
        let expected = try ["01234567890123456789012345678901", "abcdefghijabcdefghijabcdefghijab"].map {
            try SigningKey(Array($0.utf8)).kid
        }
        #expect(settings.tokenKeys.map(\.kid) == expected)
    }

    @Test(arguments: ["HS256", "ES256", "EdDSA"])
    func `token keys must be of the algorithm`(_ algorithm: String) throws {
        for other in TokenAlgorithm.allCases {
            let path = try directory.file(other.rawValue, SigningKey.generate(other).keyFileText())
            let changes = ["WXGATE_TOKEN_ALG": algorithm, "WXGATE_TOKEN_KEY_FILE": path]
            if other.rawValue == algorithm {
                #expect(try SampleEnvironment.settings(changes).tokenKeys.map(\.algorithm) == [other])
            } else {
                let found = mistakes(changes.merging(SampleEnvironment.minimal) { $1 })
                #expect(found.map(\.variable) == ["WXGATE_TOKEN_KEY_FILE"])
                #expect(found.first?.allowed?.hasPrefix("for \(algorithm) a readable file") == true)
                #expect(found.first?.description.contains("\n") == false)
            }
        }
    }

    @Test func `data keys come from a file, newest first`() throws {
        let keys = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", "YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI="]
        let path = try directory.file("keys", keys.joined(separator: "\n") + "\n")
        #expect(try SampleEnvironment.settings(["WXGATE_DATA_KEY_FILE": path]).dataKeys.count == 2)
        let wrong = try directory.file("wrong", keys[0] + "\n" + keys[1].dropLast())
        let found = SampleEnvironment.mistakes(["WXGATE_DATA_KEY_FILE": wrong])
        #expect(found.map(\.fault) == ["line 2 is not base64"])
        #expect(found.allSatisfy { !$0.description.contains("YWJj") })
    }

    @Test func `an operator's key comes from a file`() throws {
        let path = try directory.file("key", "a-key-of-28-characters-or-so\n")
        let settings = try SampleEnvironment.settings(["WXGATE_ADMIN_KEY_FILE": path])
        #expect(settings.adminKey?.exposed == "a-key-of-28-characters-or-so")
    }

    @Test func `several operators' keys come from a file`() throws {
        let digest = String(repeating: "0a", count: 32)
        let path = try directory.file(
            "admin.json",
            """
            [{"name":"billing","sha256":"\(digest)","scopes":["users","phone"],"appids":["wx4f4bc4dec97d474b"]},
             {"name":"ops","sha256":"\(digest.uppercased().replacing("0A", with: "0B"))","scopes":["users"]}]
            """
        )
        let settings = try SampleEnvironment.settings(["WXGATE_ADMIN_KEYS_FILE": path])
        #expect(settings.adminKeys.map(\.name) == ["billing", "ops"])
        #expect(settings.adminKeys.first?.digest == [UInt8](repeating: 0x0a, count: 32))
        #expect(settings.adminKeys.first?.scopes == [.users, .phone])
        #expect(settings.adminKeys.map(\.appIDs) == [["wx4f4bc4dec97d474b"], nil])
        #expect(settings.warnings.isEmpty)
    }

    @Test func `the one operator's key again in the file is a mistake that shows neither`() throws {
        // printf %s a-key-of-28-characters-or-so | sha256sum
        let digest = "14416ea8a6980102bca585d09a0668cee85df7fec922f32be63058afb8271c53"
        let path = try directory.file("admin.json", #"[{"name":"x","sha256":"\#(digest)","scopes":["users"]}]"#)
        let found = SampleEnvironment.mistakes([
            "WXGATE_ADMIN_KEYS_FILE": path, "WXGATE_ADMIN_KEY": "a-key-of-28-characters-or-so",
        ])
        #expect(found.map(\.fault) == [#"key "x" is the one of WXGATE_ADMIN_KEY"#])
    }

    @Test func `a CA file must hold a certificate`() throws {
        let good = try directory.file(
            "ca.pem",
            "# mine\n-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
        )
        let bad = try directory.file(
            "key.pem",
            "-----BEGIN PRIVATE KEY-----\nTopSecretKey\n-----END PRIVATE KEY-----\n"
        )
        #expect(try SampleEnvironment.settings(["WXGATE_WECHAT_CA_FILE": good]).upstreamCAFile == good)
        let found = SampleEnvironment.mistakes(["WXGATE_WECHAT_CA_FILE": bad])
        #expect(found.count == 1)
        #expect(found.allSatisfy { !$0.description.contains("TopSecretKey") })
    }

    @Test func `several apps come from a file`() throws {
        let path = try directory.file(
            "apps.json",
            """
            [{"appid":"wx0000000000000001","secret":"\(SampleEnvironment.secret)","site":"Shop","qr_page":"pages/login/index"},
             {"appid":"wx0000000000000002","secret":"0123456789abcdef0123456789abcdef","site":null}]
            """
        )
        let environment = ["WXGATE_APPS_FILE": path, "WXGATE_SITE": "Mall"]
        let settings = try Settings(environment: environment, host: SampleEnvironment.host)
        #expect(settings.apps.map(\.appID) == ["wx0000000000000001", "wx0000000000000002"])
        #expect(settings.apps.map(\.site) == ["Shop", nil])
        #expect(settings.apps.map(\.qrPage) == ["pages/login/index", nil])
        #expect(settings.warnings.isEmpty)
    }

    @Test(arguments: [["WXGATE_APPID"], ["WXGATE_SECRET"], ["WXGATE_APPID", "WXGATE_SECRET"]])
    func `one app and the file of apps exclude each other`(_ names: [String]) throws {
        let path = try directory.file(
            "apps.json",
            #"[{"appid":"wx0000000000000001","secret":"0123456789abcdef0123456789abcdef"}]"#
        )
        var environment = SampleEnvironment.required.filter { names.contains($0.key) }
        environment["WXGATE_APPS_FILE"] = path
        #expect(SampleEnvironment.mistakes(exactly: environment).map(\.variable) == ["WXGATE_APPS_FILE"])
    }

    @Test func `no app at all is one mistake`() {
        #expect(SampleEnvironment.mistakes(exactly: [:]).map(\.variable) == ["WXGATE_APPID"])
    }

    @Test func `half an app is one mistake that names the other half`() {
        #expect(mistakes([:]).map(\.variable) == ["WXGATE_SECRET"])
        let secretOnly = ["WXGATE_SECRET": SampleEnvironment.secret]
        #expect(SampleEnvironment.mistakes(exactly: secretOnly).map(\.variable) == ["WXGATE_APPID"])
    }

    @Test func `each fault of the apps file is a line`() throws {
        let path = try directory.file(
            "apps.json",
            #"[{"appid":"wx1","secret":"\#(SampleEnvironment.secret)"},{"appid":"wx0000000000000002"},7]"#
        )
        let found = SampleEnvironment.mistakes(exactly: ["WXGATE_APPS_FILE": path])
        #expect(
            found.map(\.fault) == [
                "app 1: appid: not an AppID", "app 2: secret is missing", "app 3: not a JSON object",
            ]
        )
        #expect(found.allSatisfy { !$0.description.contains(SampleEnvironment.secret) })
    }
}
