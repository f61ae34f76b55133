import Testing

@testable import wxgate

@Suite struct AppsFileTests {
    static let secret = "0123456789abcdef0123456789abcdef"
    static let good = #""appid":"wx0000000000000001","secret":"0123456789abcdef0123456789abcdef""#

    @Test(
        arguments: [
            ("", ["the file is not a JSON array"]),
            ("{}", ["the file is not a JSON array"]),
            ("[", ["the file is not a JSON array"]),
            ("[{\(good)}] x", ["the file is not a JSON array"]),
            ("[]", ["the file names 0 apps, not 1 to 256"]),
            ("[null]", ["app 1: not a JSON object"]),
            ("[[]]", ["app 1: not a JSON object"]),
            ("[{}]", ["app 1: appid is missing", "app 1: secret is missing"]),
            (#"[{"appid":1,"secret":null}]"#, ["app 1: appid is not a string", "app 1: secret is missing"]),
            (
                #"[{"appid":"wx","secret":"x"}]"#,
                ["app 1: appid: not an AppID", "app 1: secret: not 16 to 64 characters"]
            ),
            ("[{\(good)},{\(good)}]", ["app 2: appid wx0000000000000001 occurs twice"]),
            (
                #"[{\#(good),"secert":"x","A\nB":1}]"#,
                [#"app 1: unknown member "A\nB""#, #"app 1: unknown member "secert""#]
            ),
            ("[{\(good),\"site\":\"\"}]", ["app 1: site: not 1 to 64 characters without control characters"]),
            (#"[{\#(good),"site":"a\nb"}]"#, ["app 1: site: not 1 to 64 characters without control characters"]),
            (#"[{\#(good),"qr_page":"/pages/x"}]"#, ["app 1: qr_page: not a page such as pages/login/index"]),
            (#"[{\#(good),"qr_page":"pages/x?a=1"}]"#, ["app 1: qr_page: not a page such as pages/login/index"]),
            (#"[{\#(good),"qr_page":["x"]}]"#, ["app 1: qr_page is not a string"]),
        ]
    )
    func `a wrong file has these faults and shows no secret`(_ text: String, _ faults: [String]) {
        let found = AppsFile.parse(text).faults
        #expect(found == faults)
        #expect(found.allSatisfy { !$0.contains(Self.secret) })
    }

    @Test func `an app may have a page of its own`() {
        let page = String(repeating: "p", count: 128)
        for (member, expected) in [(#","qr_page":"\#(page)""#, page), (#","qr_page":null"#, nil), ("", nil)] {
            let (apps, faults) = AppsFile.parse("[{\(Self.good)\(member)}]")
            #expect(faults.isEmpty && apps.map(\.qrPage) == [expected])
        }
        #expect(AppsFile.parse(#"[{\#(Self.good),"qr_page":"p\#(page)"}]"#).faults.count == 1)
    }

    @Test func `a list that is too long is refused`() {
        let entries = (0..<257).map { number in
            let digits = String(number)
            let appID = "wx" + String(repeating: "0", count: 16 - digits.count) + digits
            return #"{"appid":"\#(appID)","secret":"\#(Self.secret)"}"#
        }
        #expect(AppsFile.parse("[\(entries.joined(separator: ","))]").faults.count == 1)
        #expect(AppsFile.parse("[\(entries.dropLast().joined(separator: ","))]").apps.count == 256)
    }
}
