import Testing

@testable import Doctor

@Suite struct FindingTests {
    @Test func `a finding is one line with status, check and subject first`() {
        let all = Finding(.fail, .secret, of: "wx1", "found", remedy: "do this")
        #expect(all.description == "fail secret wx1: found; remedy: do this")
        #expect(Finding(.ok, .tokenMode, of: nil, "stable").description == "ok token_mode: stable")
    }

    @Test func `the names do not change`() {
        let names = [
            "token_mode", "dns", "tcp", "ca", "tls", "http", "clock", "appid", "secret", "frozen", "account",
            "ip_whitelist", "ip_risk", "access_token", "login", "quota", "qr_page",
        ]
        #expect(Check.allCases.map(\.rawValue) == names)
    }

    @Test func `secrets are hidden in what others said`() {
        var mask = SecretMask()
        mask.hide("abc")
        mask.hide("abcdef")
        #expect(mask.masked("abcdef, abc and abab") == "****, **** and abab")
        let finding = mask.masked(Finding(.warn, .login, of: "wx1", "abc", remedy: "not abcdef"))
        #expect(finding.description == "warn login wx1: ****; remedy: not ****")
    }
}
