import Testing

@testable import wxbench

@Suite struct ReplyMembersTests {
    private func text(_ name: StaticString, _ json: String) -> String? { ReplyMembers.text(name, in: Array(json.utf8)) }

    @Test func `a member is found whatever stands before it`() {
        let json = #" { "a" : "x\"}" , "n": -1.5e3,"o":{"openid":"inner","l":[1,{"b":"]"}]},"openid":"outer","t":true}"#
        #expect(text("openid", json) == "outer")
        #expect(text("n", json) == "-1.5e3")
        #expect(text("t", json) == "true")
        #expect(text("a", json) == #"x\"}"#)
        #expect(text("o", json) == #"{"openid":"inner","l":[1,{"b":"]"}]}"#)
    }

    @Test(arguments: [
        "", "[]", "{", #"{"a"}"#, #"{"a":}"#, #"{"a":"x"#, #"{"b":1"#, #"{"a":[1"#, #"{"b":1 "a":2}"#, "\"\\",
    ])
    func `what is no such object gives nothing`(json: String) {
        #expect(text("a", json) == nil)
    }

    @Test func `values are compared as a whole`() {
        let body = Array(#"{"openid":"abc"}"#.utf8)
        #expect(ReplyMembers.has("openid", Array("abc".utf8), in: body))
        #expect(!ReplyMembers.has("openid", Array("ab".utf8), in: body))
        #expect(!ReplyMembers.has("open", Array("abc".utf8), in: body))
    }
}
