import Testing

@testable import wxbench

@Suite struct LoginReplyTests {
    private static let good =
        #"{"token":"aA0-_.b.c","token_type":"Bearer","expires_in":604800,"openid":"o1","is_new":false}"#

    private func fault(_ json: String, expecting openid: String? = "o1") -> String? {
        do {
            _ = try LoginReply(Array(json.utf8), expecting: openid.map { Array($0.utf8) })
            return nil
        } catch {
            return error.text
        }
    }

    @Test func `a right reply is read`() throws {
        let reply = try LoginReply(Array(Self.good.utf8), expecting: Array("o1".utf8))
        #expect(String(decoding: reply.token, as: UTF8.self) == "aA0-_.b.c")
        #expect(!reply.isNew)
    }

    @Test(arguments: [
        ("\"o1\"", "\"o2\""), ("\"o1\"", "\"\""), ("aA0-_.b.c", "aA0-_.b"), ("aA0-_.b.c", "a..c"),
        ("aA0-_.b.c", "a.b.c d"),
        ("Bearer", "Basic"), ("604800", "0"), ("604800", "\"soon\""), (":false", ":null"), ("\"token\"", "\"other\""),
    ])
    func `what is not as promised is found out, and no token is shown`(right: String, wrong: String) {
        let fault = fault(Self.good.replacing(right, with: wrong))
        #expect(fault != nil)
        #expect(fault?.contains("aA0") != true)
    }

    @Test func `whose code it was need not be known`() { #expect(fault(Self.good, expecting: nil) == nil) }
}

@Suite struct ReturningUsersTests {
    @Test func `only the first login can be of a new user`() {
        var users = ReturningUsers(count: 1)
        let first = users.begin(0)
        let isPlausible1 = users.finish(0, first, isNew: true)
        #expect(isPlausible1)
        let second = users.begin(0)
        let isPlausible2 = users.finish(0, second, isNew: true)
        #expect(!isPlausible2)
        let isPlausible3 = users.finish(0, second, isNew: false)
        #expect(isPlausible3)
    }

    @Test func `a user who never logged in is new`() {
        var users = ReturningUsers(count: 1)
        let first = users.begin(0)
        let isPlausible4 = users.finish(0, first, isNew: false)
        #expect(!isPlausible4)
    }

    @Test func `of two logins at once either may be the first`() {
        var users = ReturningUsers(count: 1)
        let (one, two) = (users.begin(0), users.begin(0))
        let isPlausible5 = users.finish(0, one, isNew: false)
        #expect(isPlausible5)
        let isPlausible6 = users.finish(0, two, isNew: true)
        #expect(isPlausible6)
        #expect(users.isSuperseded(0, one))
        #expect(!users.isSuperseded(0, two))
    }

    @Test func `a mark survives its ticket`() {
        let mark = ReturningUsers.Mark(number: 70_000, hadFinished: true)
        #expect(ReturningUsers.Mark(packed: mark.packed) == mark)
    }
}
