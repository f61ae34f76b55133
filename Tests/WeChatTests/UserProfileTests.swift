import TestSupport
import Testing
import WeChat

@Suite struct UserProfileTests {
    private func parse(_ rawData: String) -> UserProfile? { UserProfile.parse(rawData: Array(rawData.utf8)) }

    @Test func `name and picture come out of rawData`() throws {
        let profile = try #require(parse(UserDataVectors.rawDataB))
        #expect(profile.nickName == "Band")
        #expect(profile.avatarURL?.hasPrefix("http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4") == true)
    }

    @Test func `the anonymous user has no profile`() {
        #expect(parse(UserDataVectors.rawDataD) == nil)
        #expect(parse(#"{"nickName":"微信用户"}"#) == nil)
    }

    @Test func `a user who is really called so keeps his name when he has a region`() {
        #expect(parse(#"{"nickName":"微信用户","city":"Guangzhou"}"#)?.nickName == "微信用户")
    }

    @Test(arguments: [
        "", "[]", "{", "null", "\"x\"", "{}", #"{"nickName":7}"#, #"{"nickName":""}"#, #"{"nickName":null}"#,
        #"{"nickName":"\#(String(repeating: "n", count: 65))"}"#,
    ])
    func `what has no usable name has no profile`(rawData: String) {
        #expect(parse(rawData) == nil)
    }

    @Test(arguments: [
        "", "ftp://example.invalid/a", "javascript:alert(1)", "https://example.invalid/a b", "//example.invalid",
        "https://example.invalid/" + String(repeating: "a", count: 1024),
    ])
    func `a picture that is no bounded web address is left out`(url: String) {
        #expect(parse(#"{"nickName":"Band","avatarUrl":"\#(url)"}"#) == parse(#"{"nickName":"Band"}"#))
        #expect(parse(#"{"nickName":"Band","avatarUrl":"\#(url)"}"#)?.avatarURL == nil)
    }

    @Test func `a name of 64 characters fits, whatever they weigh`() {
        let name = String(repeating: "👨‍👩‍👧", count: 64)
        #expect(parse(#"{"nickName":"\#(name)","gender":{},"country":5}"#)?.nickName == name)
    }
}
