import Testing

@testable import Gateway

@Suite struct UserDigestTests {
    private let digester = UserDigester()

    @Test func `a user has the same digest each time, by his names or their bytes`() {
        for name in ["", "o", "oUser678", "oK3dF5w2kZ1x_4bL7aQ9-tR8yPmE", "用户"] {
            let user = User.Key(appID: GatewaySamples.appID, openID: name)
            let digest = digester.digest(of: user)
            let (appID, openID) = (Array(user.appID.utf8), Array(user.openID.utf8))
            #expect(digester.digest(of: user) == digest)
            let ofBytes = digester.digest(appID: appID.span, openID: openID.span)
            #expect(ofBytes == digest)
        }
    }

    @Test func `another process would have other digests`() {
        let user = User.Key(appID: GatewaySamples.appID, openID: "oUser")
        #expect(UserDigester().digest(of: user) != digester.digest(of: user))
    }

    @Test func `users differ, also when their names joined do not`() {
        let names = ["", "a", "ab", "abc", "b", "bc", "c", "abc\0\0\0\0\0", "\0", "\0\0"]
        let users = names.flatMap { appID in names.map { User.Key(appID: appID, openID: $0) } }
        #expect(Set(users.map(digester.digest)).count == users.count)
    }
}
