import HTTP
import HTTPServer
import Testing

@testable import Gateway

@Suite struct UserSelectionTests {
    private func selection(_ body: () throws(GatewayError) -> UserSelection) -> String {
        do throws(GatewayError) {
            return "\(try body())"
        } catch {
            return "\(error.problem.status.code) \(error.problem.error): \(error.problem.detail)"
        }
    }

    private func query(_ query: String?, appIDs: [String] = ["wx1"]) throws -> String {
        let apps = AppRegistry(try appIDs.map { try GatewaySamples.app($0) })
        return selection { () throws(GatewayError) in try UserSelection(query: query, apps: apps) }
    }

    @Test(arguments: ["", "x", "-1", "+1", "1.0", "1%30", "12345678901234567890", "１", "0x1", " 1"])
    func `an id is 1 to 19 digits`(text: String) {
        let found = selection { () throws(GatewayError) in try UserSelection(id: Substring(text)) }
        #expect(found == "400 invalid_request: id is not 1 to 19 digits.")
    }

    @Test func `an id that is larger than any is nobody's`() throws {
        #expect(try UserSelection(id: "9223372036854775807") == .id(.max))
        #expect(try UserSelection(id: "0017") == .id(17))
        let found = selection { () throws(GatewayError) in try UserSelection(id: "9999999999999999999") }
        #expect(found == "404 not_found: There is no such user.")
    }

    @Test func `an appid may be left out when one app is configured, and may be configured no more`() throws {
        let apps = AppRegistry([try GatewaySamples.app("wx1")])
        #expect(try UserSelection(query: "openid=o", apps: apps) == .key(User.Key(appID: "wx1", openID: "o")))
        #expect(
            try UserSelection(query: "appid=wxgone&openid=o", apps: apps)
                == .key(User.Key(appID: "wxgone", openID: "o"))
        )
        #expect(try query("openid=o", appIDs: ["wx1", "wx2"]).hasPrefix("400 unknown_app"))
    }

    @Test func `a unionid means all apps`() throws {
        let apps = AppRegistry([])
        #expect(try UserSelection(query: "unionid=u%2D1", apps: apps) == .unionID("u-1"))
        #expect(try query("unionid=u&appid=wx1").hasPrefix("400 invalid_request: appid does not go with unionid"))
    }

    @Test func `it is an openid or a unionid`() throws {
        let neither = "400 invalid_request: openid is missing, and so is unionid."
        for text in [nil, "", "appid=wx1", "openid=", "id=17"] { #expect(try query(text) == neither) }
        #expect(try query("openid=o&unionid=u").hasPrefix("400 invalid_request: openid and unionid are both there"))
        #expect(try query("openid=o&openid=p") == "400 invalid_request: openid is given more than once.")
    }
}
